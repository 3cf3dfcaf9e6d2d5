using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;

namespace Qbitel.Hsm.Tests;

/// <summary>What every provider keeps, whoever made the box. A vendor's tests are one subclass.</summary>
public abstract class HsmProviderContract
{
    public static readonly TheoryData<string> All = [.. Tested.Select(a => a.Name)];
    public static readonly TheoryData<string> Signatures = [.. Tested.OfType<SignatureAlgorithm>().Select(a => a.Name)];
    public static readonly TheoryData<string> Kems = [.. Tested.OfType<KemAlgorithm>().Select(a => a.Name)];

    private static readonly KeyId Name = new(Guid.Parse("01998f00-0000-7000-8000-000000000001"));
    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();
    private static readonly byte[] Context = "wire"u8.ToArray();

    /// <summary>
    /// Every algorithm but those with a large RSA half, which takes seconds to make; one of 2,048 bits stands for them.
    /// </summary>
    internal static IEnumerable<KeyAlgorithm> Tested => KeyAlgorithm.All.Where(a =>
        !a.Name.Contains("RSA3072", StringComparison.Ordinal) && !a.Name.Contains("RSA4096", StringComparison.Ordinal));

    protected static TokenKeyId Id(int version = 1) => TokenKeyId.Derive(Name, version);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>An empty token.</summary>
    protected abstract ValueTask<HsmProvider> OpenAsync();

    [Theory, MemberData(nameof(All))]
    public async Task Supports_and_operations_agree(string name)
    {
        await using HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = KeyAlgorithm.Parse(name);
        foreach (HsmOperation operation in Enum.GetValues<HsmOperation>())
        {
            bool fits = operation switch
            {
                HsmOperation.Sign or HsmOperation.Verify => algorithm is SignatureAlgorithm,
                HsmOperation.Encrypt or HsmOperation.Decrypt => algorithm is CipherAlgorithm,
                HsmOperation.Decapsulate => algorithm is KemAlgorithm,
                _ => true,
            };
            if (!fits) Assert.False(hsm.Supports(operation, algorithm), $"{operation} {algorithm}");
        }

        if (!hsm.Supports(HsmOperation.GenerateKey, algorithm))
        {
            await Assert.ThrowsAsync<NotSupportedException>(
                async () => await hsm.GenerateKeyAsync(Id(), algorithm, Stop));
            return;
        }

        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        Assert.Equal(algorithm, key.Algorithm);
        if (algorithm is not SignatureAlgorithm)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await hsm.SignAsync(key, Data, default, Stop));
            Assert.Throws<ArgumentException>(() => hsm.SignerFor(key));
        }

        if (algorithm is not CipherAlgorithm)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await hsm.EncryptAsync(key, Data, default, Stop));
            await Assert.ThrowsAsync<ArgumentException>(
                async () => await hsm.DecryptAsync(key, new byte[100], default, Stop));
        }

        if (algorithm is not KemAlgorithm)
        {
            await Assert.ThrowsAsync<ArgumentException>(
                async () => await hsm.DecapsulateAsync(key, new byte[1088], Stop));
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Generate_finds_the_key_that_has_the_name(string name)
    {
        await using HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = KeyAlgorithm.Parse(name);
        if (await RefusesAsync(hsm, HsmOperation.GenerateKey, algorithm)) return;


        HsmKey first = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        HsmKey again = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        HsmKey? found = await hsm.FindAsync(Id(), Stop);
        HsmKey other = await hsm.GenerateKeyAsync(Id(2), algorithm, Stop);

        Assert.True(first.IsSameKeyAs(again));
        Assert.True(first.IsSameKeyAs(found!));
        Assert.Equal(first.MadeAt, found!.MadeAt);
        Assert.False(first.CheckValue.Span.SequenceEqual(other.CheckValue.Span));
        int expected = algorithm switch
        {
            SignatureAlgorithm signature => signature.PublicKeySize,
            KemAlgorithm kem => kem.EncapsulationKeySize,
            _ => 0,
        };
        Assert.Equal(expected, first.PublicKey.Length);
    }

    [Fact]
    public async Task Generate_refuses_a_name_that_belongs_to_another_algorithm()
    {
        await using HsmProvider hsm = await OpenAsync();
        KeyAlgorithm[] two = [.. KeyAlgorithm.All.Where(a => hsm.Supports(HsmOperation.GenerateKey, a)).Take(2)];
        Assert.SkipUnless(two.Length == 2, "the provider makes keys of one algorithm only");

        HsmKey key = await hsm.GenerateKeyAsync(Id(), two[0], Stop);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await hsm.GenerateKeyAsync(Id(), two[1], Stop));

        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
        Assert.False(refused.IsTransient);
        Assert.Contains(two[0].Name, refused.Message, StringComparison.Ordinal);
        Assert.True(key.IsSameKeyAs((await hsm.FindAsync(Id(), Stop))!));
    }

    [Fact]
    public async Task Generate_makes_one_key_when_many_ask_at_once()
    {
        await using HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = KeyAlgorithm.All.First(a => hsm.Supports(HsmOperation.GenerateKey, a));

        HsmKey[] keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Task.Run(async () => await hsm.GenerateKeyAsync(Id(), algorithm, Stop))));

        Assert.All(keys, key => Assert.True(key.IsSameKeyAs(keys[0])));
        Assert.Single(await ListAsync(hsm));
    }

    [Theory, MemberData(nameof(Signatures))]
    public async Task Signatures_verify_for_their_data_context_and_key_only(string name)
    {
        await using HsmProvider hsm = await OpenAsync();
        SignatureAlgorithm algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        if (await RefusesAsync(hsm, HsmOperation.Sign, algorithm)) return;

        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        HsmKey other = await hsm.GenerateKeyAsync(Id(2), algorithm, Stop);
        byte[] context = algorithm.MaxContextSize > 0 ? Context : [];

        byte[] signature = await hsm.SignAsync(key, Data, context, Stop);

        // Checked by the library from the public key alone, then by the provider.
        using SignatureKey publicKey = SignatureKeys.ImportPublic(algorithm, key.PublicKey.Span);
        Assert.True(publicKey.Verify(Data, signature, context));
        Assert.True(await hsm.VerifyAsync(key, Data, signature, context, Stop));
        Assert.False(await hsm.VerifyAsync(other, Data, signature, context, Stop));
        Assert.False(await hsm.VerifyAsync(key, "pay 9,000,000.00 USD"u8.ToArray(), signature, context, Stop));
        Assert.False(await hsm.VerifyAsync(key, Data, signature, "other"u8.ToArray(), Stop));
        Assert.False(await hsm.VerifyAsync(key, Data, new byte[signature.Length], context, Stop));
        Assert.False(await hsm.VerifyAsync(key, Data, RandomNumberGenerator.GetBytes(signature.Length), context, Stop));
        Assert.False(await hsm.VerifyAsync(key, Data, signature.AsMemory(1), context, Stop));
        Assert.False(await hsm.VerifyAsync(key, Data, signature.AsMemory(..^1), context, Stop));
        Assert.False(await hsm.VerifyAsync(key, Data, (byte[])[.. signature, 0], context, Stop));
        Assert.False(await hsm.VerifyAsync(key, Data, ReadOnlyMemory<byte>.Empty, context, Stop));
        foreach (int at in (int[])[0, signature.Length / 2, signature.Length - 1])
        {
            byte[] flipped = [.. signature];
            flipped[at] ^= 1;
            Assert.False(await hsm.VerifyAsync(key, Data, flipped, context, Stop), $"byte {at}");
        }
    }

    [Theory, MemberData(nameof(Signatures))]
    public async Task Sign_refuses_a_context_that_is_too_long(string name)
    {
        await using HsmProvider hsm = await OpenAsync();
        SignatureAlgorithm algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        if (await RefusesAsync(hsm, HsmOperation.Sign, algorithm)) return;

        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        byte[] longest = new byte[algorithm.MaxContextSize];

        byte[] signature = await hsm.SignAsync(key, Data, longest, Stop);

        Assert.True(await hsm.VerifyAsync(key, Data, signature, longest, Stop));
        byte[] tooLong = new byte[algorithm.MaxContextSize + 1];
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await hsm.SignAsync(key, Data, tooLong, Stop));
        Assert.False(await hsm.VerifyAsync(key, Data, signature, tooLong, Stop));
    }

    [Theory, MemberData(nameof(Signatures))]
    public async Task A_signer_signs_like_its_key(string name)
    {
        await using HsmProvider hsm = await OpenAsync();
        SignatureAlgorithm algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        if (await RefusesAsync(hsm, HsmOperation.Sign, algorithm)) return;

        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);

        Signer signer = hsm.SignerFor(key);
        byte[] signature = await signer.SignAsync(Data, default, Stop);

        Assert.Equal(algorithm, signer.Algorithm);
        Assert.True(signer.PublicKey.Span.SequenceEqual(key.PublicKey.Span));
        Assert.True(await hsm.VerifyAsync(key, Data, signature, default, Stop));
    }

    [Theory, MemberData(nameof(Kems))]
    public async Task Decapsulate_gives_the_secret_that_was_sent(string name)
    {
        await using HsmProvider hsm = await OpenAsync();
        KemAlgorithm algorithm = (KemAlgorithm)KeyAlgorithm.Parse(name);
        if (await RefusesAsync(hsm, HsmOperation.Decapsulate, algorithm)) return;

        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        HsmKey other = await hsm.GenerateKeyAsync(Id(2), algorithm, Stop);
        (byte[] ciphertext, byte[] sent) = Encapsulate(algorithm, key);

        Assert.Equal(sent, await hsm.DecapsulateAsync(key, ciphertext, Stop));
        Assert.NotEqual(sent, await SecretOrRefusalAsync(hsm, other, ciphertext));
        foreach (int at in (int[])[0, ciphertext.Length / 2, ciphertext.Length - 1])
        {
            byte[] flipped = [.. ciphertext];
            flipped[at] ^= 1;
            Assert.NotEqual(sent, await SecretOrRefusalAsync(hsm, key, flipped));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await hsm.DecapsulateAsync(key, ciphertext.AsMemory(1), Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await hsm.DecapsulateAsync(key, (byte[])[.. ciphertext, 0], Stop));
    }

    [Fact]
    public async Task Decrypt_opens_what_encrypt_closed_and_nothing_else()
    {
        await using HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = Supported(hsm, HsmOperation.Encrypt, CipherAlgorithm.Aes256Gcm.Name);
        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        HsmKey other = await hsm.GenerateKeyAsync(Id(2), algorithm, Stop);

        byte[] container = await hsm.EncryptAsync(key, Data, Context, Stop);

        Assert.Equal(HsmProvider.NonceSize + Data.Length + HsmProvider.TagSize, container.Length);
        Assert.Equal(Data, await hsm.DecryptAsync(key, container, Context, Stop));
        Assert.Equal(-1, container.AsSpan().IndexOf(Data));
        await RefusedAsync(other, container, Context);
        await RefusedAsync(key, container, "other"u8.ToArray());
        await RefusedAsync(key, container, []);
        await RefusedAsync(key, [.. container, 0], Context);
        for (int length = 0; length < container.Length; length++) await RefusedAsync(key, container[..length], Context);
        for (int at = 0; at < container.Length; at++)
        {
            byte[] flipped = [.. container];
            flipped[at] ^= 0x80;
            await RefusedAsync(key, flipped, Context);
        }

        async Task RefusedAsync(HsmKey with, byte[] bytes, byte[] associatedData) =>
            await Assert.ThrowsAsync<AuthenticationTagMismatchException>(
                async () => await hsm.DecryptAsync(with, bytes, associatedData, Stop));
    }

    [Fact]
    public async Task Encrypt_never_repeats_a_nonce()
    {
        await using HsmProvider hsm = await OpenAsync();
        HsmKey key = await hsm.GenerateKeyAsync(
            Id(), Supported(hsm, HsmOperation.Encrypt, CipherAlgorithm.Aes256Gcm.Name), Stop);
        HashSet<string> nonces = new(StringComparer.Ordinal);
        for (int i = 0; i < 200; i++)
        {
            byte[] empty = await hsm.EncryptAsync(key, ReadOnlyMemory<byte>.Empty, default, Stop);
            Assert.Empty(await hsm.DecryptAsync(key, empty, default, Stop));
            Assert.True(nonces.Add(Convert.ToHexString(empty.AsSpan(0, HsmProvider.NonceSize))));
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_destroyed_key_is_gone(string name)
    {
        await using HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = KeyAlgorithm.Parse(name);
        if (await RefusesAsync(hsm, HsmOperation.GenerateKey, algorithm)) return;

        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        await UseAsync(hsm, key); // so that it is in whatever cache there is

        Assert.True(await hsm.DestroyAsync(key.Id, Stop));

        Assert.False(await hsm.DestroyAsync(key.Id, Stop));
        Assert.Null(await hsm.FindAsync(key.Id, Stop));
        Assert.Empty(await ListAsync(hsm));
        HsmException refused = await Assert.ThrowsAsync<HsmException>(() => UseAsync(hsm, key));
        Assert.Equal(HsmFailure.KeyMissing, refused.Failure);
        Assert.Equal(hsm.Name, refused.Provider);
        Assert.Contains(key.Id.ToString(), refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_key_that_is_not_the_described_one_is_not_used(string name)
    {
        await using HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = KeyAlgorithm.Parse(name);
        if (await RefusesAsync(hsm, HsmOperation.GenerateKey, algorithm)) return;

        HsmKey before = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        await UseAsync(hsm, before);
        await hsm.DestroyAsync(Id(), Stop);
        HsmKey now = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(() => UseAsync(hsm, before));

        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
        await UseAsync(hsm, now);
    }

    [Fact]
    public async Task List_names_every_key_once()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.Empty(await ListAsync(hsm));
        List<HsmKey> made = [];
        foreach (KeyAlgorithm algorithm in Tested.Where(a => hsm.Supports(HsmOperation.GenerateKey, a)))
            made.Add(await hsm.GenerateKeyAsync(Id(made.Count + 1), algorithm, Stop));

        IReadOnlyList<HsmKey> listed = await ListAsync(hsm);

        Assert.Equal(made.Count, listed.Count);
        Assert.All(made, key => Assert.Single(listed, found => found.IsSameKeyAs(key)));
    }

    [Fact]
    public async Task RandomBytes_are_as_many_as_asked_for_and_never_the_same()
    {
        await using HsmProvider hsm = await OpenAsync();
        foreach (int count in (int[])[1, 32, HsmProvider.MaxRandomSize])
            Assert.Equal(count, (await hsm.RandomBytesAsync(count, Stop)).Length);

        Assert.NotEqual(await hsm.RandomBytesAsync(32, Stop), await hsm.RandomBytesAsync(32, Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await hsm.RandomBytesAsync(0, Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await hsm.RandomBytesAsync(HsmProvider.MaxRandomSize + 1, Stop));
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        await using HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = KeyAlgorithm.All.First(a => hsm.Supports(HsmOperation.GenerateKey, a));
        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        CancellationToken cancelled = new(canceled: true);

        foreach (Func<Task> call in Calls(hsm, key, cancelled))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);

        Assert.Null(await hsm.FindAsync(Id(2), Stop));
        Assert.NotNull(await hsm.FindAsync(Id(), Stop));
    }

    [Fact]
    public async Task A_closed_provider_does_nothing()
    {
        HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = KeyAlgorithm.All.First(a => hsm.Supports(HsmOperation.GenerateKey, a));
        HsmKey key = await hsm.GenerateKeyAsync(Id(), algorithm, Stop);
        await hsm.DisposeAsync();
        await hsm.DisposeAsync();

        foreach (Func<Task> call in Calls(hsm, key, Stop)) await Assert.ThrowsAsync<ObjectDisposedException>(call);
    }

    [Fact]
    public async Task Closing_waits_for_the_calls_under_way()
    {
        HsmProvider hsm = await OpenAsync();
        KeyAlgorithm algorithm = KeyAlgorithm.All.First(a => hsm.Supports(HsmOperation.GenerateKey, a));
        Task<HsmKey>[] calls =
        [
            .. Enumerable.Range(1, 8).Select(
                i => Task.Run(async () => await hsm.GenerateKeyAsync(Id(i), algorithm, Stop))),
        ];
        await calls[0];
        await hsm.DisposeAsync();

        foreach (Task<HsmKey> call in calls)
        {
            // Either it was under way and is done, or it came too late and is refused.
            Exception? late = await Record.ExceptionAsync(() => call);
            Assert.True(late is null or ObjectDisposedException, late?.ToString());
        }
    }

    [Fact]
    public async Task Many_callers_do_not_disturb_each_other()
    {
        await using HsmProvider hsm = await OpenAsync();

        // Each is made five times: the own tests of RSA halves and of slow hash-based sets have them.
        KeyAlgorithm[] algorithms =
        [
            .. Tested.Where(a =>
                a.IsPrivateKeySizeFixed && !IsSlow(a) && hsm.Supports(HsmOperation.GenerateKey, a)),
        ];
        HsmKey[] keys = await Task.WhenAll(
            algorithms.Select((a, i) => Task.Run(async () => await hsm.GenerateKeyAsync(Id(100 + i), a, Stop))));

        await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(worker => keys.Select(key => Task.Run(async () =>
        {
            await UseAsync(hsm, key);
            HsmKey own = await hsm.GenerateKeyAsync(
                Id(1_000 + (worker * 100) + Array.IndexOf(keys, key)), key.Algorithm, Stop);
            await UseAsync(hsm, own);
            Assert.True(await hsm.DestroyAsync(own.Id, Stop));
            await UseAsync(hsm, key);
        }))));

        Assert.Equal(keys.Length, (await ListAsync(hsm)).Count);
    }

    // The sets of SLH-DSA for small signatures take a good part of a second for one.
    private static bool IsSlow(KeyAlgorithm algorithm) =>
        algorithm.Name.StartsWith("SLH-DSA", StringComparison.Ordinal) && algorithm.Name[^1] == 's';

    protected static async Task<IReadOnlyList<HsmKey>> ListAsync(HsmProvider hsm)
    {
        List<HsmKey> keys = [];
        await foreach (HsmKey key in hsm.ListAsync(Stop)) keys.Add(key);
        return keys;
    }

    /// <summary>Uses the private half and checks the answer.</summary>
    protected static async Task UseAsync(HsmProvider hsm, HsmKey key)
    {
        switch (key.Algorithm)
        {
            case SignatureAlgorithm:
                Assert.True(
                    await hsm.VerifyAsync(key, Data, await hsm.SignAsync(key, Data, default, Stop), default, Stop));
                break;
            case KemAlgorithm kem:
                (byte[] ciphertext, byte[] sent) = Encapsulate(kem, key);
                Assert.Equal(sent, await hsm.DecapsulateAsync(key, ciphertext, Stop));
                break;
            default:
                Assert.Equal(
                    Data, await hsm.DecryptAsync(key, await hsm.EncryptAsync(key, Data, Context, Stop), Context, Stop));
                break;
        }
    }

    private static IEnumerable<Func<Task>> Calls(HsmProvider hsm, HsmKey key, CancellationToken stop)
    {
        HsmKey cipher = HsmKey.OfCipher(Id(7), CipherAlgorithm.Aes256Gcm, new byte[5], key.MadeAt);
        HsmKey signer = HsmKey.OfPair(Id(8), SignatureAlgorithm.EcdsaP256, new byte[65], key.MadeAt);
        HsmKey kem = HsmKey.OfPair(Id(9), KemAlgorithm.MLKem768, new byte[1184], key.MadeAt);
        yield return async () => await hsm.GenerateKeyAsync(Id(2), key.Algorithm, stop);
        yield return async () => await hsm.FindAsync(key.Id, stop);
        yield return async () => await hsm.ListAsync(stop).GetAsyncEnumerator(CancellationToken.None).MoveNextAsync();
        yield return async () => await hsm.SignAsync(signer, Data, default, stop);
        yield return async () => await hsm.VerifyAsync(signer, Data, new byte[64], default, stop);
        yield return async () => await hsm.EncryptAsync(cipher, Data, default, stop);
        yield return async () => await hsm.DecryptAsync(cipher, new byte[64], default, stop);
        yield return async () => await hsm.DecapsulateAsync(kem, new byte[1088], stop);
        yield return async () => await hsm.DestroyAsync(key.Id, stop);
        yield return async () => await hsm.RandomBytesAsync(32, stop);
    }

    /// <summary>Where the provider does not do it, it says why and refuses: that is the law then.</summary>
    private static async Task<bool> RefusesAsync(HsmProvider hsm, HsmOperation operation, KeyAlgorithm algorithm)
    {
        if (hsm.Supports(operation, algorithm)) return false;

        Assert.False(string.IsNullOrEmpty(hsm.WhyNot(operation, algorithm)));
        HsmKey absent = algorithm switch
        {
            SignatureAlgorithm a => HsmKey.OfPair(Id(), a, new byte[a.PublicKeySize], DateTimeOffset.UnixEpoch),
            KemAlgorithm a => HsmKey.OfPair(Id(), a, new byte[a.EncapsulationKeySize], DateTimeOffset.UnixEpoch),
            _ => HsmKey.OfCipher(Id(), (CipherAlgorithm)algorithm, new byte[5], DateTimeOffset.UnixEpoch),
        };
        NotSupportedException refused =
            await Assert.ThrowsAsync<NotSupportedException>(async () => await (operation switch
            {
                HsmOperation.Sign => hsm.SignAsync(absent, Data, default, Stop).AsTask(),
                HsmOperation.Decapsulate =>
                    hsm.DecapsulateAsync(absent, new byte[((KemAlgorithm)algorithm).CiphertextSize], Stop).AsTask(),
                _ => (Task)hsm.GenerateKeyAsync(Id(), algorithm, Stop).AsTask(),
            }));
        Assert.Contains(algorithm.Name, refused.Message, StringComparison.Ordinal);
        return true;
    }

    private static KeyAlgorithm Supported(HsmProvider hsm, HsmOperation operation, string name)
    {
        KeyAlgorithm algorithm = KeyAlgorithm.Parse(name);
        Assert.SkipUnless(hsm.Supports(operation, algorithm), $"{hsm.Name} does not {operation} with {algorithm}");
        return algorithm;
    }

    private static (byte[] Ciphertext, byte[] Secret) Encapsulate(KemAlgorithm algorithm, HsmKey key)
    {
        using KemKey publicKey = KemKeys.ImportPublic(algorithm, key.PublicKey.Span);
        byte[] ciphertext = new byte[algorithm.CiphertextSize];
        byte[] secret = new byte[algorithm.SharedSecretSize];
        publicKey.Encapsulate(ciphertext, secret);
        return (ciphertext, secret);
    }

    /// <summary>Lattices reject implicitly, with another secret; an impossible classical point is refused.</summary>
    private static async Task<byte[]> SecretOrRefusalAsync(HsmProvider hsm, HsmKey key, byte[] ciphertext)
    {
        try
        {
            return await hsm.DecapsulateAsync(key, ciphertext, Stop);
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}
