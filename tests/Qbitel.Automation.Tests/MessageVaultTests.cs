using System.Security.Cryptography;
using Qbitel.Automation.Keys;
using Qbitel.Automation.Protection;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Store;

namespace Qbitel.Automation.Tests;

public sealed class MessageVaultTests(ITestOutputHelper output)
{
    private static readonly byte[] Message = "{1:F01QBITDEFFAXXX}{4:-}"u8.ToArray();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Soak", "message-flips")]
    public async Task One_flipped_bit_anywhere_is_refused()
    {
        await using Platform platform = await Platform.OpenAsync();
        ArchivedMessage archived = await ProtectAsync(platform);
        Assert.Equal(Message, await platform.Engine.Messages.OpenAsync(archived, consent: null, Cancel));

        int step = Qbitel.Testing.Soak.Times(gate: 149, soak: 1), refused = 0;
        for (int bit = 0; bit < archived.Sealed.Length * 8; bit += step, refused++)
            await RefusedAsync(platform, archived with { Sealed = Flip(archived.Sealed, bit) });
        for (int bit = 0; bit < archived.Signature.Length * 8; bit += step, refused++)
            await RefusedAsync(platform, archived with { Signature = Flip(archived.Signature, bit) });
        await RefusedAsync(platform, archived with { Reference = "REF-2" });
        await RefusedAsync(platform, archived with { Protocol = "iso20022" });
        output.WriteLine($"{refused} messages with one bit changed: all refused");
    }

    [Fact]
    public async Task Message_opens_after_both_keys_have_rotated()
    {
        await using Platform platform = await Platform.OpenAsync();
        ArchivedMessage archived = await ProtectAsync(platform);
        await platform.Engine.Keys.RotateAsync(archived.SealingKeyId!.Value, "test", Platform.Tester, Cancel);
        await platform.Engine.Keys.RotateAsync(archived.SigningKeyId!.Value, "test", Platform.Tester, Cancel);

        Assert.Equal(Message, await platform.Engine.Messages.OpenAsync(archived, consent: null, Cancel));
    }

    private static async Task RefusedAsync(Platform platform, ArchivedMessage changed) =>
        await Assert.ThrowsAnyAsync<CryptographicException>(() =>
            platform.Engine.Messages.OpenAsync(changed, consent: null, Cancel));

    private static byte[] Flip(ReadOnlyMemory<byte> bytes, int bit)
    {
        byte[] flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static async Task<ArchivedMessage> ProtectAsync(Platform platform)
    {
        KeyRecord signing = await KeyAsync(platform, KeyType.Signing, SignatureAlgorithm.MLDsa65Ed25519);
        KeyRecord recipient = await KeyAsync(platform, KeyType.Transport, KemAlgorithm.XWing);
        return await platform.Engine.Messages.ProtectAsync(new MessageToProtect
        {
            Reference = "REF-1",
            Protocol = "swift-mt",
            Content = Message,
            SigningKey = signing.Id,
            RecipientKey = recipient.Id,
            Retention = TimeSpan.FromDays(3650),
        }, Platform.Tester, Cancel);
    }

    private static Task<KeyRecord> KeyAsync(Platform platform, KeyType type, KeyAlgorithm algorithm) =>
        platform.Engine.Keys.GenerateKeyAsync(
        new KeySpecification
        {
            Name = $"bank/{type}",
            Policy = KeyPolicy.Default(type).With(algorithm),
            PolicyId = "test",
        }, Platform.Tester, Cancel);
}
