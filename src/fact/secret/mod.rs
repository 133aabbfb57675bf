//! What is secret in a file that was read: by the name it goes under, or by where it stands in a URL.
//!
//! Every layer asks here, so that what a report masks and what a rule calls a secret are one
//! thing. It judges names and shapes; whether a value looks real is for the rules to say.

mod elsewhere;
mod name;
mod pem;
mod public;
mod tried;
mod url;
mod value;

pub use elsewhere::is_reference;
pub use name::{is_of_the_stack, is_own_name, is_secret_name};
pub use pem::{is_private_key, private_key_marks};
pub use public::is_public;
pub use tried::is_tried_first;
pub use url::{url_credentials, url_secrets};
pub use value::{
    is_app_password, is_file_name, is_its_own_name, is_made, is_made_up, is_none, is_of_vendor,
    is_pattern, is_placeholder, is_rate,
};
