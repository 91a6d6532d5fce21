//! Memberships from files, joined to sign-ins.

use latch::entra::directory::Directory;
use latch::request::Request;
use latch::request::json::read;
use serde_json::{Value, json};

use super::said;

fn directory(files: &[Value]) -> Directory {
    let mut directory = Directory::new();
    for file in files {
        directory.add(file.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    }
    directory
}

fn user(id: &str) -> Request {
    read(&json!({"user": {"id": id}}).to_string()).expect("a request")
}

fn memberships(directory: &Directory, id: &str) -> [String; 2] {
    let joined = directory.join(user(id)).expect("it fits");
    ["user.groups", "user.roles"].map(|name| said(&joined, name))
}

#[test]
fn users_that_list_what_they_are_in() {
    let directory = directory(&[json!([
        {"id": "A1", "groups": ["G1", {"id": "g2"}], "roles": [], "type": "b2b-collaboration-guest"},
        {"id": "a2", "transitiveMemberOf": [
            {"@odata.type": "#microsoft.graph.group", "id": "G3"},
            {"@odata.type": "#microsoft.graph.directoryRole", "id": "x", "roleTemplateId": "R1"}]},
        {"id": "a3", "memberOf": [{"@odata.type": "#microsoft.graph.group", "id": "g1"}]},
        {"id": "a4", "displayName": "nothing is said"}
    ])]);
    assert_eq!(memberships(&directory, "a1"), ["[\"g1\",\"g2\"]", "[]"]);
    assert_eq!(memberships(&directory, "a2"), ["[\"g3\"]", "[\"r1\"]"]);
    assert_eq!(memberships(&directory, "a3"), ["{\"in\":[\"g1\"],\"notIn\":[]}", "unsaid"]);
    assert_eq!(memberships(&directory, "a4"), ["unsaid", "unsaid"]);
    assert_eq!(memberships(&directory, "stranger"), ["unsaid", "unsaid"]);
    let joined = directory.join(user("a1")).expect("it fits");
    assert_eq!(said(&joined, "user.type"), "\"b2b-collaboration-guest\"");
    assert_eq!(directory.counts(), (4, 0, 0));
}

#[test]
fn groups_that_list_their_members_leave_the_rest_open() {
    let groups = json!({"value": [
        {"id": "inner", "members": [{"id": "A1"}]},
        {"id": "outer", "members": [{"@odata.type": "#microsoft.graph.group", "id": "inner"}, "a2"]},
        {"id": "loop", "members": ["outer", "loop"]}
    ]});
    let roles = json!({"id": "x", "roleTemplateId": "R1", "members": ["outer"]});
    let directory = directory(&[roles, groups]);
    assert_eq!(
        memberships(&directory, "a1"),
        ["{\"in\":[\"inner\",\"loop\",\"outer\"],\"notIn\":[]}", "{\"in\":[\"r1\"],\"notIn\":[]}"]
    );
    assert_eq!(
        memberships(&directory, "a2")[0],
        "{\"in\":[\"loop\",\"outer\"],\"notIn\":[\"inner\"]}"
    );
    assert_eq!(
        memberships(&directory, "a3"),
        ["{\"in\":[],\"notIn\":[\"inner\",\"loop\",\"outer\"]}", "{\"in\":[],\"notIn\":[\"r1\"]}"]
    );
    let about = directory.about(["Inner", "elsewhere"]);
    assert_eq!(memberships(&about, "a3")[0], "{\"in\":[],\"notIn\":[\"inner\"]}");
}

#[test]
fn what_a_sign_in_says_itself_stands() {
    let directory = directory(&[json!({"id": "a1", "groups": ["g1"], "roles": ["r1"]})]);
    let request = read(r#"{"user": {"id": "a1", "groups": []}}"#).expect("a request");
    let joined = directory.join(request).expect("it fits");
    assert_eq!(said(&joined, "user.groups"), "[]");
    assert_eq!(said(&joined, "user.roles"), "[\"r1\"]");
    let workload = read(r#"{"servicePrincipal": {"id": "a1"}}"#).expect("a request");
    assert_eq!(directory.join(workload.clone()), Ok(workload));
}

#[test]
fn what_is_no_object_of_a_directory_is_told() {
    for (file, told) in [
        ("{\"id\":\"a1\"}\n{\"groups\":[]}", "object 2: id: is missing"),
        ("[1]", "object 1: expected an object"),
        ("{\"id\":\"a1\",\"groups\":\"g1\"}", "object 1: groups: expected a list, found \"g1\""),
        ("{\"id\":\"a1\",\"groups\":[1]}", "object 1: groups: expected an id, found 1"),
        ("{\"id\":\"g1\",\"members\":[{}]}", "object 1: members: expected an id, found {}"),
        ("{\"id\":\"a1\",\"type\":\"Member\"}", "object 1: type: expected one of member,"),
        ("{", "object 1: this is no JSON: it does not end"),
    ] {
        let error = Directory::new().add(file.as_bytes()).expect_err(file).to_string();
        assert!(error.starts_with(told), "{error}");
    }
}
