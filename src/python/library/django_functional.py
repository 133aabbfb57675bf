from _kilter import cached_property
