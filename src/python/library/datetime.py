from _kilter import timedelta
