//! The journal's format, which is final: what is written out here was computed by another program and never changes.

use std::fmt::Write as _;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use serde_json::json;
use tongxin_base::{Id, TenantId, Time};
use tongxin_kernel::{Frontier, Personal, Subject, leaf_hash, leaf_input, personal_digest};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a string takes it");
        out
    })
}

/// Version 1, a plain entry.
#[test]
fn the_leaf_of_a_plain_entry_is_these_bytes() {
    let subject =
        Subject { kind: "order".to_owned(), id: "019c8f3a-1111-7000-8000-000000000002".parse().expect("an id") };
    let leaf = leaf_input(
        TenantId(1),
        2,
        Time::parse("2026-03-02T01:30:00Z").expect("a time"),
        "person:019c8f3a-0000-7000-8000-000000000001",
        "requests.grab",
        &subject,
        r#"{"held":3,"note":"路灯"}"#,
        None,
    );
    let wanted = concat!(
        "01",
        "0000000000000001",
        "0000000000000002",
        "00064c0086783600",
        "0000002b706572736f6e3a30313963386633612d303030302d373030302d383030302d303030303030303030303031",
        "0000000d72657175657374732e67726162",
        "000000056f72646572",
        "019c8f3a111170008000000000000002",
        "0000001a7b2268656c64223a332c226e6f7465223a22e8b7afe781af227d",
        "00",
    );
    assert_eq!(hex(&leaf), wanted);
    assert_eq!(hex(&leaf_hash(&leaf)), "e147d5185963d788679148607d520f5d458bece63dca9c7ca12662f99d941bf5");
}

/// Version 1, the edges: numbers below zero and at their end, empty texts, a personal digest.
#[test]
fn the_leaf_of_an_entry_with_a_digest_is_these_bytes() {
    let salt = std::array::from_fn(|i| u8::try_from(i).expect("small"));
    let content = br#"{"phone":"13800000000"}"#.to_vec();
    let digest = personal_digest(&Personal { salt, content });
    assert_eq!(hex(&digest), "45ff1329d9fd774c07d6523452fd0bc7fa22d5a1a8b3e16170706f3dc6ccf208");
    let subject = Subject {
        kind: String::new(),
        id: Id::from_uuid("00000000-0000-0000-0000-000000000000".parse::<Id<()>>().expect("an id").uuid()),
    };
    let leaf = leaf_input(TenantId(-1), i64::MAX, Time::from_micros(-1), "anyone", "", &subject, "null", Some(&digest));
    let wanted = concat!(
        "01",
        "ffffffffffffffff",
        "7fffffffffffffff",
        "ffffffffffffffff",
        "00000006616e796f6e65",
        "00000000",
        "00000000",
        "00000000000000000000000000000000",
        "000000046e756c6c",
        "01",
        "45ff1329d9fd774c07d6523452fd0bc7fa22d5a1a8b3e16170706f3dc6ccf208",
    );
    assert_eq!(hex(&leaf), wanted);
    assert_eq!(hex(&leaf_hash(&leaf)), "523d63fbe990e93028284be200fa827f2634f6aa6906c2047b034f02b2883321");
}

/// The test vectors of certificate transparency: the leaves, and the root over the first so many.
#[test]
fn the_tree_gives_the_known_roots_of_rfc_6962() {
    let leaves: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Frontier::empty();
    for (leaf, root) in leaves.iter().map(Some).chain([None]).zip(roots) {
        assert_eq!(hex(&tree.root()), root, "{} leaves", tree.size());
        leaf.into_iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
    }
}

/// Another implementation agrees, size by size, also when the frontier goes through its stored form each time.
#[test]
fn the_tree_agrees_with_another_implementation() {
    let mut judge = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
    let mut tree = Frontier::empty();
    for n in 0..300_u64 {
        let leaf = format!("leaf {n} {}", "x".repeat(usize::try_from(n % 70).expect("small"))).into_bytes();
        tree.push(leaf_hash(&leaf));
        judge.push(leaf);
        assert_eq!(tree.root()[..], judge.root().as_bytes()[..], "{} leaves", n + 1);
        tree = Frontier::from_bytes(n + 1, &tree.to_bytes()).expect("what was stored is read");
        assert_eq!(tree.root()[..], judge.root().as_bytes()[..], "{} leaves, stored", n + 1);
    }
}

#[test]
fn a_frontier_that_does_not_fit_its_size_is_refused() {
    let mut tree = Frontier::empty();
    (0..5).for_each(|n: u8| tree.push(leaf_hash(&[n])));
    let bytes = tree.to_bytes();
    assert_eq!(bytes.len(), 64);
    assert!(Frontier::from_bytes(5, &bytes).is_some());
    for wrong in [0, 1, 4, 7] {
        assert_eq!(Frontier::from_bytes(wrong, &bytes), None, "{wrong}");
    }
    assert_eq!(Frontier::from_bytes(5, &bytes[..63]), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// No two entries have the same leaf: texts carry their lengths, so nothing can be moved from one to the next.
    #[test]
    fn no_two_entries_share_a_leaf(
        one in ("[a-z:.]{0,4}", "[a-z:.]{0,4}", "[a-z:.]{0,4}", "[a-z:.]{0,4}", any::<bool>()),
        two in ("[a-z:.]{0,4}", "[a-z:.]{0,4}", "[a-z:.]{0,4}", "[a-z:.]{0,4}", any::<bool>()),
    ) {
        let leaf = |(actor, action, kind, payload, digest): &(String, String, String, String, bool)| {
            let subject = Subject { kind: kind.clone(), id: Id::from_uuid(Default::default()) };
            let digest = digest.then_some([7; 32]);
            leaf_input(TenantId(1), 1, Time::default(), actor, action, &subject, payload, digest.as_ref())
        };
        prop_assert_eq!(leaf(&one) == leaf(&two), one == two);
    }
}

/// What the digest is for: it proves the content to who has the salt, and nothing to who guesses without it.
#[test]
fn a_digest_needs_its_salt() {
    let content = json!({"phone": "13800000000"}).to_string().into_bytes();
    let digest = personal_digest(&Personal { salt: [1; 32], content: content.clone() });
    assert_eq!(personal_digest(&Personal { salt: [1; 32], content: content.clone() }), digest);
    assert_ne!(personal_digest(&Personal { salt: [2; 32], content: content.clone() }), digest);
    assert_ne!(personal_digest(&Personal { salt: [1; 32], content: [content, vec![b' ']].concat() }), digest);
}
