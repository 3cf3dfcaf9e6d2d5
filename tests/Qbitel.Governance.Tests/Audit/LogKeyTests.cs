using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography;
using Qbitel.Governance.Audit;

namespace Qbitel.Governance.Tests.Audit;

public sealed class LogKeyTests
{
    [Theory]
    [InlineData(SignedNoteTests.KnownKey, 0xc74f20a3u)]
    [InlineData("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", 0x033de0aeu)]
    public void Key_ids_are_those_of_known_keys(string line, uint keyId)
    {
        Assert.True(LogKey.TryParse(line, out LogKey? key, out string? error), error);
        Assert.Equal((keyId, SignatureAlgorithm.Ed25519), (key.KeyId, key.Algorithm));
        Assert.Equal(line, key.ToString());
    }

    [Fact]
    public void The_id_of_an_ML_DSA_key_covers_the_name_of_its_type()
    {
        byte[] publicKey = new byte[SignatureAlgorithm.MLDsa65.PublicKeySize];
        LogKey key = new("bank.example/audit", SignatureAlgorithm.MLDsa65, publicKey);
        byte[] hashed = [.. "bank.example/audit\n"u8, 0xff, .. "qbitel/ml-dsa-65"u8, .. publicKey];
        Assert.Equal(Digest.Of(hashed).ToString()[..8], key.KeyId.ToString("x8", null));
        Assert.True(LogKey.TryParse(key.ToString(), out LogKey? read, out _));
        Assert.Equal(key, read);
    }

    [Theory]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "key id")]
    [InlineData("PeterNeumanN+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "key id")]
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "key id")]
    [InlineData("PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "type")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhM", "type")]
    [InlineData("PeterNeumann+c74f20a3", "name+keyid+base64")]
    [InlineData("+c74f20a3+ARpc", "name+keyid+base64")]
    public void A_malformed_line_is_refused(string line, string reason)
    {
        Assert.False(LogKey.TryParse(line, out _, out string? error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_algorithms_of_checkpoints_make_a_key()
    {
        Assert.Throws<ArgumentException>(() => new LogKey("a", SignatureAlgorithm.EcdsaP256, new byte[65]));
        Assert.Throws<ArgumentException>(() => new LogKey("a", SignatureAlgorithm.Ed25519, new byte[31]));
        Assert.Throws<ArgumentException>(() => new LogKey("a b", SignatureAlgorithm.Ed25519, new byte[32]));
    }

    [Fact]
    public void A_log_has_keys_of_both_kinds_under_one_name()
    {
        LogKey classical = new("a", SignatureAlgorithm.Ed25519, new byte[32]);
        LogKey lattice = new("a", SignatureAlgorithm.MLDsa65, new byte[1952]);
        LogKey other = new("b", SignatureAlgorithm.MLDsa65, new byte[1952]);

        LogKeys keys = new(classical, lattice);
        Assert.Equal("a", keys.Origin);
        Assert.True(LogKeys.TryParse(keys.ToFile(), out LogKeys? read, out _));
        Assert.Equal(keys.Fingerprint, read.Fingerprint);
        Assert.Throws<ArgumentException>(() => new LogKeys(classical));
        Assert.Throws<ArgumentException>(() => new LogKeys(lattice));
        Assert.Throws<ArgumentException>(() => new LogKeys(classical, other));
        Assert.Throws<ArgumentException>(() => new LogKeys(classical, lattice, lattice));
        Assert.Throws<ArgumentException>(() => new LogKeys());
    }

    [Fact]
    public void Any_bytes_end_in_keys_or_an_error() =>
        Prop.ForAll<byte[]>(
            bytes => LogKeys.TryParse(bytes, out LogKeys? keys, out string? error)
                ? keys is not null : error is not null)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_changed_key_file_is_refused_or_read_as_written()
    {
        byte[] file = new LogKeys(
            new LogKey("a", SignatureAlgorithm.Ed25519, new byte[32]),
            new LogKey("a", SignatureAlgorithm.MLDsa65, new byte[1952])).ToFile();
        for (int i = 0; i < file.Length; i++)
        {
            byte[] changed = [.. file];
            changed[i] ^= 0x21;
            Assert.False(
                LogKeys.TryParse(changed, out _, out string? error), $"byte {i}: {Encoding.UTF8.GetString(changed)}");
            Assert.NotNull(error);
        }
    }
}
