//! `kilter doctor`, on folders that stand for a server.

mod root;
