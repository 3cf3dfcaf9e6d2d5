namespace Qbitel.Governance.Audit;

/// <summary>The text in every export. It is part of the format: a verifier compares it byte by byte, so another text is
/// another format.</summary>
internal static class ExportReadme
{
    public static ReadOnlySpan<byte> Text => """
        Qbitel audit log export, format 1

        This folder holds an append-only log. Nobody needs to be trusted to check it, and no network is needed:
        only the public keys of the log, which you should have from somebody other than whoever gave you this folder.

            qbitel audit verify FOLDER --fingerprint SHA256-OF-THE-FILE-keys

        The check covers every byte of every file here, and names the entry or the file and line that was changed.

        Files
          keys            the public keys, one a line: name+keyid+base64(type || key); type 01 is Ed25519,
                          type ff "qbitel/ml-dsa-65" is ML-DSA-65 and ff "qbitel/ml-dsa-87" is ML-DSA-87 (FIPS 204)
          checkpoint      name, number of entries and root hash of the tree, then one signature a line. Each is
                          base64(key id, 4 bytes || signature) over the three lines with their newlines; ML-DSA with the
                          context "qbitel/signed-note". One Ed25519 and one ML-DSA signature must both verify.
          tile/entries/N  up to 256 entries, each after its length in two bytes, big-endian; JSON by RFC 8785
          tile/0/N        up to 256 hashes of entries: SHA-256(00 || entry)
          tile/L/N        up to 256 hashes, each the root of a full tile of level L-1; two nodes make
                          SHA-256(01 || left || right) (RFC 6962, section 2.1)
          N               in groups of three digits, all but the last with an x: 1234067 is x001/x234/067;
                          .p/W after it marks a last file that holds only W of 256

        By hand: hash the entries, compare with tile/0, fold the hashes to the root, compare with the third line
        of the checkpoint, verify both signatures. The formats are C2SP tlog-tiles, tlog-checkpoint and signed-note.

        What this does not show: that no second history was signed. Whoever holds the private keys can sign two
        logs and show each to somebody else. Compare checkpoints with others, or keep old ones and check that the
        log still begins with them.

        """u8;

    public static byte[] Bytes => Text.ToArray();
}
