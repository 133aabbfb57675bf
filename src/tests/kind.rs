//! What files are, as their content shows it.

use crate::syntax::kind::{Kind, by_content};
use camino::Utf8Path;

#[test]
fn a_location_of_nginx_opens_a_block() {
    let kind = |text: &str| by_content(Utf8Path::new("deploy/site"), text);
    assert_eq!(kind("location /static/ {\n  alias /srv/static/;\n}\n"), Some(Kind::Nginx));
    assert_eq!(kind("location /\n{\n  return 204;\n}\n"), Some(Kind::Nginx));
    assert_eq!(kind("upstream app {\n  server web:8000;\n}\n"), Some(Kind::Nginx));
    assert_eq!(kind("proxy_pass http://app;\n"), Some(Kind::Nginx));
    let dump = "CREATE TABLE game (\n    location character varying(255),\n    name text\n);\n";
    assert_eq!(kind(dump), None);
}
