//! Finding zones: private ones, twins, zones that come and go.

use mailward::provider::{ErrorKind, Provider, ZoneLookup};

use super::{start, *};
use crate::fixtures::*;

async fn zone_id(project: &Project, at: &str) -> Option<String> {
    match project.provider.zone_of(&name(at)).await.unwrap() {
        ZoneLookup::Found(zone) => Some(zone.id),
        _ => None,
    }
}

#[tokio::test]
async fn a_zone_is_called_by_its_name_in_the_project() {
    let project = start().await;
    project.server.add_zone(Zone::new(7, "mail-zone", "bar.lab"));
    assert_eq!(zone_id(&project, "_dmarc.bar.lab").await.as_deref(), Some("mail-zone"));
}

#[tokio::test]
async fn a_private_zone_is_refused_unless_a_public_one_holds_the_name() {
    let project = start().await;
    project.server.add_zone(Zone::new(7, "inside-bar", "bar.lab").private());
    project.server.add_zone(Zone::new(8, "inside-cafe", "inside.cafe.lab").private());
    let error = project.provider.zone_of(&name("_dmarc.bar.lab")).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("(inside-bar) is private"), "{error}");
    assert_eq!(zone_id(&project, "_dmarc.inside.cafe.lab").await.as_deref(), Some("cafe.lab"));
}

#[tokio::test]
async fn two_public_zones_for_one_domain_are_refused_by_their_names() {
    let project = start().await;
    project.server.add_zone(Zone::new(7, "twin", "cafe.lab"));
    let error = project.provider.zone_of(&name("_dmarc.cafe.lab")).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("(cafe.lab, twin)"), "{error}");
}

#[tokio::test]
async fn a_zone_that_was_made_again_is_found_without_a_restart() {
    let project = start().await;
    project.provider.zone_of(&name("cafe.lab")).await.unwrap();
    project.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap();
    project.server.remove_zone("cafe.lab");
    project.server.add_zone(Zone::new(9, "anew", "cafe.lab"));
    let error = project.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Invalid && error.message.contains("notFound"), "{error}");
    assert_eq!(zone_id(&project, "cafe.lab").await.as_deref(), Some("anew"));
}
