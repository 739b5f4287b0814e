"""Why this file exists: a judge of the journal that shares no line with us. From files alone (an export, receipts, proofs) it says
whether they hold: RFC 6962 hashing, RFC 9162 proofs, C2SP's signed notes. It needs the package `cryptography` for Ed25519 alone.

    python3 judge_journal.py KEY export FILE | receipt FILE | consistency OLD_CHECKPOINT NEW_CHECKPOINT PROOF
"""

import base64
import hashlib
import json
import struct
import sys
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def node(left, right):
    return sha(b"\x01", left, right)


def root(leaves):
    """RFC 6962, 2.1: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:split]), root(leaves[split:]))


def checkpoint(note, key):
    """The size and the root of a signed note, whose signature must be the key's."""
    name, number, public = key.split("+", 2)
    body, signatures = note.split("\n\n", 1)
    body += "\n"
    origin, size, hashed = body.split("\n")[:3]
    assert origin == name, "another journal"
    public = base64.b64decode(public)
    assert public[0] == 1 and sha(name.encode(), b"\n", public)[:4].hex() == number, "a key that does not fit its name"
    for line in signatures.strip().split("\n"):
        dash, signer, blob = line.split(" ")
        blob = base64.b64decode(blob)
        if (dash, signer, blob[:4].hex()) == ("\u2014", name, number):
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(blob[4:], body.encode())
            return int(size), base64.b64decode(hashed)
    raise AssertionError("no signature of this key")


def leaf(row, tenant):
    """The leaf of a row, from its content alone."""

    def text(value):
        return struct.pack(">I", len(value.encode())) + value.encode()

    digest = row.get("digest")
    made = b"\x01" + struct.pack(">qqq", tenant, row["seq"], row["at"])
    made += text(row["actor"]) + text(row["action"]) + text(row["subject_kind"])
    made += uuid.UUID(row["subject_id"]).bytes + text(row["payload"])
    made += b"\x01" + bytes.fromhex(digest) if digest else b"\x00"
    return sha(b"\x00", made)


def included(at, size, hashed, proof, wanted):
    """RFC 9162, 2.1.3.2."""
    last = size - 1
    assert 0 <= at <= last
    for step in proof:
        assert last > 0, "too long"
        if at & 1 or at == last:
            hashed = node(step, hashed)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            hashed = node(hashed, step)
        at, last = at >> 1, last >> 1
    assert last == 0 and hashed == wanted, "not in this tree"


def grown(first, first_root, second, second_root, proof):
    """RFC 9162, 2.1.4.2."""
    if first == second:
        assert first_root == second_root and not proof
        return
    proof = ([first_root] if first & (first - 1) == 0 else []) + proof
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = proof[0]
    for step in proof[1:]:
        assert last > 0, "too long"
        if at & 1 or at == last:
            old, new = node(step, old), node(step, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, step)
        at, last = at >> 1, last >> 1
    assert last == 0 and (old, new) == (first_root, second_root), "it did not only grow"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def judge(key, what, *paths):
    if what == "export":
        lines = [json.loads(line) for line in read(paths[0]).splitlines()]
        head, rows, end = lines[0], lines[1:-1], lines[-1]
        size, wanted = checkpoint(end["checkpoint"], key)
        leaves = [leaf(row, head["tenant"]) for row in rows]
        assert [row["seq"] for row in rows] == list(range(1, size + 1)), "rows are missing or moved"
        assert root(leaves) == wanted, "another tree"
        return f"export: {size} rows"
    if what == "receipt":
        receipt = json.loads(read(paths[0]))
        size, wanted = checkpoint(receipt["checkpoint"], key)
        for entry in receipt["entries"]:
            row = entry["row"]
            assert sha(bytes.fromhex(entry["salt"]), entry["content"].encode()).hex() == row["digest"], "other words"
            proof = [bytes.fromhex(step) for step in entry["proof"]]
            included(row["seq"] - 1, size, leaf(row, receipt["tenant"]), proof, wanted)
        return "receipt: " + " ".join(entry["row"]["action"] for entry in receipt["entries"])
    old, new = checkpoint(read(paths[0]), key), checkpoint(read(paths[1]), key)
    grown(*old, *new, [bytes.fromhex(step) for step in json.loads(read(paths[2]))["hashes"]])
    return f"consistency: {old[0]} to {new[0]}"


if __name__ == "__main__":
    try:
        print("HOLDS", judge(*sys.argv[1:]))
    except Exception as why:  # whatever is wrong with a file, it does not hold
        sys.exit(f"DOES NOT HOLD {type(why).__name__}: {why}")
