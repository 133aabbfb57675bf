//! The users and groups of a machine: passwd(5) and group(5).
//!
//! Those of a directory service are not in these files, so a name that is missing here proves
//! nothing.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Users {
    pub users: Vec<User>,
    pub groups: Vec<Group>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub gid: u32,
    #[serde(default)]
    pub members: Vec<String>,
}

impl Users {
    pub fn parse(passwd: &str, group: &str) -> Self {
        let user = |line: &str| {
            let parts: Vec<&str> = line.split(':').collect();
            let [name, _, uid, gid, ..] = parts.as_slice() else { return None };
            let name = (*name).to_owned();
            Some(User { name, uid: uid.parse().ok()?, gid: gid.parse().ok()? })
        };
        let group_of = |line: &str| {
            let parts: Vec<&str> = line.split(':').collect();
            let [name, _, gid, members, ..] = parts.as_slice() else { return None };
            let members = members.split(',').map(str::trim).filter(|it| !it.is_empty());
            let members = members.map(str::to_owned).collect();
            Some(Group { name: (*name).to_owned(), gid: gid.parse().ok()?, members })
        };
        Self {
            users: passwd.lines().filter_map(user).collect(),
            groups: group.lines().filter_map(group_of).collect(),
        }
    }

    /// By name or, as systemd and nginx take it, by number.
    pub fn user(&self, name: &str) -> Option<&User> {
        let number = name.parse().ok();
        self.users.iter().find(|user| user.name == name || Some(user.uid) == number)
    }

    pub fn by_id(&self, uid: u32) -> Option<&User> {
        self.users.iter().find(|user| user.uid == uid)
    }

    pub fn group(&self, name: &str) -> Option<u32> {
        let number = name.parse().ok();
        let known = self.groups.iter().find(|group| group.name == name);
        known.map(|group| group.gid).or(number)
    }

    /// The group's name, or its number.
    pub fn group_name(&self, gid: u32) -> String {
        let known = self.groups.iter().find(|group| group.gid == gid);
        known.map_or_else(|| gid.to_string(), |group| group.name.clone())
    }

    /// The user's name, or its number.
    pub fn user_name(&self, uid: u32) -> String {
        self.by_id(uid).map_or_else(|| uid.to_string(), |user| user.name.clone())
    }

    /// All groups that a login of the user has.
    pub fn groups_of(&self, user: &User) -> Vec<u32> {
        let lists = |group: &&Group| group.members.contains(&user.name);
        let mut all: Vec<u32> = self.groups.iter().filter(lists).map(|it| it.gid).collect();
        all.push(user.gid);
        all.sort_unstable();
        all.dedup();
        all
    }
}
