//! The SPF rules that one term alone can break: SPF-R1, SPF-R2, SPF-W1.

use super::domain_spec::DomainSpec;
use super::term::{Mechanism, Modifier, Qualifier, Term};
use crate::lint::Finding;

/// What is wrong with a term wherever it stands.
pub(super) fn lint_term(term: &Term) -> Vec<Finding> {
    let rules: [fn(&Term) -> Option<Finding>; 6] = [
        bad_domain,
        passes_all,
        open_network,
        wide_network,
        uses_ptr,
        mechanism_as_modifier,
    ];
    rules.iter().filter_map(|rule| rule(term)).collect()
}

fn bad_domain(term: &Term) -> Option<Finding> {
    let domain = term.domain()?;
    if domain.as_str().contains("://") {
        return Some(Finding::reject(
            "SPF-R1",
            format!("term {term}: write the domain name only, not a URL"),
        ));
    }
    domain
        .check()
        .err()
        .map(|error| Finding::reject("SPF-R1", format!("term {term}: {error}")))
}

/// SPF-R1: an `include` or `redirect` of the record's own name, which `%{d}` is under any name.
pub(super) fn includes_itself(term: &Term, owner: Option<&str>) -> Option<Finding> {
    let (Term::Directive {
        mechanism: Mechanism::Include(target),
        ..
    }
    | Term::Modifier(Modifier::Redirect(target))) = term
    else {
        return None;
    };
    let is_owner = || {
        target
            .literal()
            .zip(owner)
            .is_some_and(|(name, owner)| name == crate::name::fold(owner))
    };
    (target.as_str().eq_ignore_ascii_case("%{d}") || is_owner()).then(|| {
        let message = format!("term {term} points at the record it stands in: a loop, remove it");
        Finding::reject("SPF-R1", message)
    })
}

fn passes_all(term: &Term) -> Option<Finding> {
    let passes = matches!(
        term,
        Term::Directive {
            qualifier: Qualifier::Pass,
            mechanism: Mechanism::All
        }
    );
    passes.then(|| {
        Finding::reject(
            "SPF-R2",
            "\"all\" without a qualifier lets everybody send: use ~all or -all",
        )
    })
}

fn open_network(term: &Term) -> Option<Finding> {
    let Term::Directive { mechanism, .. } = term else {
        return None;
    };
    let open = match mechanism {
        Mechanism::Ip4(network) => network.prefix == 0,
        Mechanism::Ip6(network) => network.prefix == 0,
        Mechanism::A { cidr, .. } | Mechanism::Mx { cidr, .. } => cidr.v4 == 0 || cidr.v6 == 0,
        _ => false,
    };
    open.then(|| {
        Finding::reject(
            "SPF-R2",
            format!("term {term}: a prefix length of 0 is every address there is"),
        )
    })
}

fn wide_network(term: &Term) -> Option<Finding> {
    let Term::Directive {
        mechanism: Mechanism::Ip4(network),
        ..
    } = term
    else {
        return None;
    };
    let wide = (1..16).contains(&network.prefix);
    wide.then(|| {
        Finding::warn(
            "SPF-W1",
            format!("term {term} covers more than 65536 addresses: are they all yours?"),
        )
    })
}

fn uses_ptr(term: &Term) -> Option<Finding> {
    let ptr = matches!(
        term,
        Term::Directive {
            mechanism: Mechanism::Ptr(_),
            ..
        }
    );
    let macro_p = term
        .domain()
        .is_some_and(|domain: &DomainSpec| domain.macros().uses_p());
    (ptr || macro_p).then(|| {
        let message = format!("term {term} relies on reverse names, which are slow and not to be published (RFC 7208 5.5)");
        Finding::warn("SPF-W1", message)
    })
}

fn mechanism_as_modifier(term: &Term) -> Option<Finding> {
    let Term::Modifier(Modifier::Unknown { name, .. }) = term else {
        return None;
    };
    let message = match name.to_ascii_lowercase().as_str() {
        "v" => format!("term {term}: the version stands once, in front; remove it here"),
        "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists" => {
            format!(
                "term {term}: with an equals sign receivers ignore it, write {name}: with a colon"
            )
        }
        _ => return None,
    };
    Some(Finding::reject("SPF-R1", message))
}
