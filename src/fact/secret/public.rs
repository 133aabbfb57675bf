//! What everybody may have although it is called a key or token: a page hands it to each visitor.

/// Whether a variable or setting of this name holds nothing that is to be kept from anybody.
pub fn is_public(name: &str, value: &str) -> bool {
    is_compiled_in(name)
        || is_made_for_pages(value)
        || is_of_firebase(name, value)
        || is_of_editor(name)
}

/// Whether a front end's build writes the variable into the JavaScript that every visitor gets, whatever
/// it is called behind that (Vite, "Env Variables and Modes"; Create React App, "Adding Custom Environment
/// Variables"; Next.js, Nuxt, Vue CLI, Expo, Gatsby and SvelteKit say the same of their prefixes).
fn is_compiled_in(name: &str) -> bool {
    const PREFIXES: [&str; 8] = [
        "VITE_",
        "REACT_APP_",
        "NEXT_PUBLIC_",
        "NUXT_PUBLIC_",
        "VUE_APP_",
        "EXPO_PUBLIC_",
        "GATSBY_",
        "PUBLIC_",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a value has the form in which a vendor makes what pages carry. The secret of the same vendor
/// begins otherwise: `sk_live_` (Stripe, "API keys"), `sk.` (Mapbox, "Access tokens"), `phx_` (PostHog,
/// "Personal API keys"), `sb_secret_` (Supabase, "Understanding API keys"). Razorpay's id of a key
/// opens nothing without the secret beside it (Razorpay, "API keys"). Supabase's older key is a token of the
/// role `anon`, three times as Base64 may have it.
fn is_made_for_pages(value: &str) -> bool {
    const BEGINNINGS: [&str; 7] =
        ["pk_live_", "pk_test_", "pk.eyJ", "phc_", "sb_publishable_", "rzp_live_", "rzp_test_"];
    const ANON: [&str; 3] = ["InJvbGUiOiJhbm9u", "yb2xlIjoiYW5v", "cm9sZSI6ImFu"];
    let is_anonymous = value.starts_with("eyJ") && ANON.iter().any(|it| value.contains(it));
    // The token of a client (Datadog, "API and Application Keys").
    let is_of_datadog = value.strip_prefix("pub").is_some_and(|digits| {
        digits.len() == 32 && digits.bytes().all(|it| it.is_ascii_hexdigit())
    });
    is_anonymous || is_of_datadog || BEGINNINGS.iter().any(|start| value.starts_with(start))
}

/// Whether it is the key of Google's that a page names a project of Firebase with (Firebase, "Learn about
/// using and managing API keys"). Of other services one like it costs money.
fn is_of_firebase(name: &str, value: &str) -> bool {
    value.starts_with("AIza") && name.to_ascii_uppercase().contains("FIREBASE")
}

/// Whether it is the key that a page loads TinyMCE with: it stands in the address of the script, and is
/// good for the domains that its owner names (TinyMCE, "Tiny Cloud deployment": "API keys").
fn is_of_editor(name: &str) -> bool {
    let mut words = name.split(['_', '-']);
    words
        .next()
        .is_some_and(|it| it.eq_ignore_ascii_case("tinymce") || it.eq_ignore_ascii_case("tiny"))
        && name.to_ascii_uppercase().ends_with("API_KEY")
}
