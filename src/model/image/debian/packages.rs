//! What packages Debian's releases have, as apt answers (`apt-get -s install`, asked of each of them by a
//! test of ours).

use crate::model::image::debian::Debian::{self, Bookworm, Bullseye, Trixie};

/// A package that Dockerfiles ask for, and not every release has.
#[derive(Debug)]
pub struct Package {
    pub name: &'static str,
    /// Of those that are not archived.
    has: &'static [Debian],
    /// What brings the same where it is gone.
    pub instead: Option<&'static str>,
}

const fn gone(
    name: &'static str,
    has: &'static [Debian],
    instead: Option<&'static str>,
) -> Package {
    Package { name, has, instead }
}

/// Those that public Dockerfiles name (our own count, 2026), and their like.
const PACKAGES: &[Package] = &[
    gone("libappindicator1", &[Bullseye, Bookworm], None),
    gone("libatlas-base-dev", &[Bullseye, Bookworm], Some("libopenblas-dev")),
    gone("libavresample-dev", &[Bullseye], None),
    gone("libcurl3", &[], Some("libcurl4")),
    gone("libdc1394-22-dev", &[Bullseye], None),
    gone("libenchant1c2a", &[], None),
    gone("libffi6", &[], None),
    gone("libffi7", &[Bullseye], None),
    gone("libgconf-2-4", &[Bullseye, Bookworm], None),
    gone("libgdal28", &[Bullseye], None),
    gone("libgdal32", &[Bookworm], None),
    gone("libgdk-pixbuf2.0-0", &[Bullseye, Bookworm], Some("libgdk-pixbuf-2.0-0")),
    gone("libgdk-pixbuf2.0-dev", &[Bullseye, Bookworm], Some("libgdk-pixbuf-2.0-dev")),
    gone("libgl1-mesa-glx", &[Bullseye, Bookworm], Some("libgl1")),
    gone("libicu63", &[], None),
    gone("libicu67", &[Bullseye], None),
    gone("libicu72", &[Bookworm], None),
    gone("libindicator7", &[], None),
    gone("libjasper-dev", &[], None),
    gone("libjpeg-turbo8-dev", &[], Some("libjpeg-dev")),
    gone("libjpeg8", &[], None),
    gone("libjpeg8-dev", &[], Some("libjpeg-dev")),
    gone("libldap-2.4-2", &[Bullseye], None),
    gone("libmariadbclient-dev", &[], Some("libmariadb-dev")),
    gone("libmysqlclient-dev", &[], Some("default-libmysqlclient-dev")),
    gone("libncurses5", &[Bullseye, Bookworm], Some("libncurses6")),
    gone("libpango1.0-0", &[Bullseye, Bookworm], Some("libpango-1.0-0")),
    gone("libpcre3", &[Bullseye, Bookworm], None),
    gone("libpcre3-dev", &[Bullseye, Bookworm], Some("libpcre2-dev")),
    gone("libpng12-dev", &[], Some("libpng-dev")),
    gone("libproj19", &[Bullseye], None),
    gone("libproj22", &[], None),
    gone("libqt4-test", &[], None),
    gone("libqtgui4", &[], None),
    gone("libspatialite7", &[Bullseye, Bookworm], Some("libspatialite8t64")),
    gone("libssl1.0.0", &[], None),
    gone("libssl1.1", &[Bullseye], None),
    gone("libtiff5", &[Bullseye], Some("libtiff6")),
    gone("libwebp6", &[Bullseye], Some("libwebp7")),
    gone("mime-support", &[Bullseye, Bookworm], Some("media-types")),
    gone("mysql-client", &[], Some("default-mysql-client")),
    gone("mysql-server", &[], Some("default-mysql-server")),
    gone("netcat", &[Bullseye], Some("netcat-openbsd")),
    gone("ntpdate", &[Bullseye, Bookworm], Some("ntpsec-ntpdate")),
    gone("openjdk-11-jdk", &[Bullseye], Some("default-jdk")),
    gone("openjdk-11-jdk-headless", &[Bullseye], Some("default-jdk-headless")),
    gone("openjdk-11-jre", &[Bullseye], Some("default-jre")),
    gone("openjdk-11-jre-headless", &[Bullseye], Some("default-jre-headless")),
    gone("openjdk-17-jdk", &[Bullseye, Bookworm], Some("default-jdk")),
    gone("openjdk-17-jdk-headless", &[Bullseye, Bookworm], Some("default-jdk-headless")),
    gone("openjdk-17-jre", &[Bullseye, Bookworm], Some("default-jre")),
    gone("openjdk-17-jre-headless", &[Bullseye, Bookworm], Some("default-jre-headless")),
    gone("openjdk-8-jdk", &[], Some("default-jdk")),
    gone("openjdk-8-jdk-headless", &[], Some("default-jdk-headless")),
    gone("openjdk-8-jre", &[], Some("default-jre")),
    gone("openjdk-8-jre-headless", &[], Some("default-jre-headless")),
    gone("policykit-1", &[Bullseye, Bookworm], Some("polkitd")),
    gone("postgresql-client-10", &[], Some("postgresql-client")),
    gone("postgresql-client-11", &[], Some("postgresql-client")),
    gone("postgresql-client-12", &[], Some("postgresql-client")),
    gone("postgresql-client-13", &[Bullseye], Some("postgresql-client")),
    gone("postgresql-client-14", &[], Some("postgresql-client")),
    gone("postgresql-client-15", &[Bookworm], Some("postgresql-client")),
    gone("postgresql-client-16", &[], Some("postgresql-client")),
    gone("postgresql-client-17", &[Trixie], Some("postgresql-client")),
    gone("postgresql-client-18", &[], Some("postgresql-client")),
    gone("postgresql-client-9.6", &[], Some("postgresql-client")),
    gone("python", &[Bullseye], Some("python3")),
    gone("python-dev", &[Bullseye], Some("python3-dev")),
    gone("python-pip", &[], Some("python3-pip")),
    gone("python-setuptools", &[Bullseye], Some("python3-setuptools")),
    gone("python-virtualenv", &[], Some("python3-venv")),
    gone("python3-distutils", &[Bullseye, Bookworm], None),
    gone("software-properties-common", &[Bullseye, Bookworm], None),
    gone("ttf-dejavu", &[], Some("fonts-dejavu")),
    gone("ttf-freefont", &[], Some("fonts-freefont-ttf")),
    gone("ttf-unifont", &[Bullseye], Some("fonts-unifont")),
    gone("wkhtmltopdf", &[Bullseye, Bookworm], None),
    gone("zlib-dev", &[], Some("zlib1g-dev")),
];

impl Package {
    /// The package that a word of `apt-get install` names, if the release surely does not have it. A
    /// version, an architecture or a release may stand behind the name (apt-get(8), "install").
    pub fn missing(word: &str, release: Debian) -> Option<&'static Self> {
        let name = word.split(['=', ':', '/']).next()?;
        let known = PACKAGES.iter().find(|it| it.name == name)?;
        (!release.is_archived() && !known.has.contains(&release)).then_some(known)
    }

    #[cfg(test)]
    pub fn all() -> &'static [Self] {
        PACKAGES
    }

    #[cfg(test)]
    pub fn is_in(&self, release: Debian) -> bool {
        self.has.contains(&release)
    }
}
