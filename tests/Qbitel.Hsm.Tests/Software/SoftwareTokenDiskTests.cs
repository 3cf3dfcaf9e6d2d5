using Qbitel.Cryptography;
using Qbitel.Hsm.Software;
using static Qbitel.Hsm.Tests.Software.TokenFixture;

namespace Qbitel.Hsm.Tests.Software;

/// <summary>What is on the disk, and what happens when somebody has been at it.</summary>
public sealed class SoftwareTokenDiskTests : IDisposable
{
    public static readonly TheoryData<string> All = [.. HsmProviderContract.Tested.Select(a => a.Name)];

    private readonly TokenFixture _fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Theory, MemberData(nameof(All))]
    public async Task Keys_survive_closing_and_opening(string name)
    {
        HsmKey made;
        byte[] container = [];
        await using (SoftwareToken token = await _fixture.CreateAsync())
        {
            made = await token.GenerateKeyAsync(Id(1), KeyAlgorithm.Parse(name), Stop);
            if (made.Algorithm is CipherAlgorithm)
                container = await token.EncryptAsync(made, "before"u8.ToArray(), default, Stop);
        }

        await using SoftwareToken again = await _fixture.OpenAsync();
        HsmKey? found = await again.FindAsync(Id(1), Stop);

        Assert.True(made.IsSameKeyAs(found!));
        Assert.Equal(Start, found!.MadeAt);
        if (made.Algorithm is SignatureAlgorithm)
        {
            Assert.True(await again.VerifyAsync(
                made, container, await again.SignAsync(found, container, default, Stop), default, Stop));
        }

        if (made.Algorithm is CipherAlgorithm)
            Assert.Equal("before"u8.ToArray(), await again.DecryptAsync(found, container, default, Stop));
    }

    [Theory, MemberData(nameof(All))]
    public async Task No_private_byte_is_on_disk_in_clear(string name)
    {
        await using SoftwareToken token = await _fixture.CreateAsync();
        HsmKey key = await token.GenerateKeyAsync(Id(1), KeyAlgorithm.Parse(name), Stop);

        byte[] privateKey = _fixture.PrivateKeyOf(key.Id);
        if (name.StartsWith("SLH-DSA", StringComparison.Ordinal))
            privateKey = privateKey[..(privateKey.Length / 2)]; // the public key follows
        if (!key.Algorithm.IsPrivateKeySizeFixed)
        {
            // an RSA key begins with its modulus, which is public
            privateKey = privateKey[^(privateKey.Length * 2 / 3)..];
        }

        Assert.Empty(_fixture.FilesWith(privateKey));
        Assert.Empty(_fixture.FilesWith(File.ReadAllBytes(_fixture.KeyFile)));
        // the search finds
        byte[] shown = File.ReadAllBytes(_fixture.KeyPath(key.Id))[58..80];
        Assert.Equal(_fixture.KeyPath(key.Id), Assert.Single(_fixture.FilesWith(shown)));
    }

    [Fact]
    public async Task Files_and_folders_are_private_to_their_owner()
    {
        await using SoftwareToken token = await _fixture.CreateAsync();
        await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        const UnixFileMode Others = (UnixFileMode)0b111_111;

        string[] inside = Directory.GetFileSystemEntries(_fixture.Folder, "*", SearchOption.AllDirectories);
        Assert.All(inside.Append(_fixture.Folder),
            path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_fixture.KeyFile));
    }

    [Theory, InlineData("ECDSA-P256-SHA256"), InlineData("AES-256-GCM")]
    public async Task Any_altered_byte_of_a_key_file_is_reported_with_the_file(string name)
    {
        await using SoftwareToken token = await _fixture.CreateAsync(_fixture.Options with { KeysInMemory = 0 });
        HsmKey key = await token.GenerateKeyAsync(Id(1), KeyAlgorithm.Parse(name), Stop);
        string path = _fixture.KeyPath(key.Id);
        byte[] good = await File.ReadAllBytesAsync(path, Stop);

        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= (byte)(1 << (at % 8));
            await DamagedAsync(bad);
        }

        for (int length = 0; length < good.Length; length++) await DamagedAsync(good[..length]);
        await DamagedAsync([.. good, 0]);
        await DamagedAsync(new byte[good.Length]);
        await DamagedAsync(new byte[100_000]);
        await File.WriteAllBytesAsync(path, good, Stop);
        Assert.NotNull(await token.FindAsync(key.Id, Stop));

        async Task DamagedAsync(byte[] content)
        {
            await File.WriteAllBytesAsync(path, content, Stop);
            foreach (Func<Task> use in (Func<Task>[])
                [async () => await token.FindAsync(key.Id, Stop), async () => await token.GenerateKeyAsync(
                    key.Id, key.Algorithm, Stop)])
            {
                HsmException damaged = await Assert.ThrowsAsync<HsmException>(use);
                Assert.Equal(HsmFailure.Damaged, damaged.Failure);
                Assert.Contains(path, damaged.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Any_altered_byte_of_the_token_file_is_refused()
    {
        await (await _fixture.CreateAsync()).DisposeAsync();
        string path = Path.Combine(_fixture.Folder, "token");
        byte[] good = await File.ReadAllBytesAsync(path, Stop);

        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= (byte)(1 << (at % 8));
            await RefusedAsync(bad);
        }

        for (int length = 0; length < good.Length; length += 7) await RefusedAsync(good[..length]);
        await RefusedAsync([.. good, 0]);

        async Task RefusedAsync(byte[] content)
        {
            await File.WriteAllBytesAsync(path, content, Stop);
            HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _fixture.OpenAsync());
            Assert.True(refused.Failure is HsmFailure.Damaged or HsmFailure.WrongSecret, refused.Message);
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Exchanged_and_renamed_key_files_are_refused()
    {
        await using SoftwareToken token = await _fixture.CreateAsync();
        HsmKey one = await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        HsmKey two = await token.GenerateKeyAsync(Id(2), CipherAlgorithm.Aes256Gcm, Stop);
        (byte[] first, byte[] second) = (
            File.ReadAllBytes(_fixture.KeyPath(one.Id)), File.ReadAllBytes(_fixture.KeyPath(two.Id)));
        File.WriteAllBytes(_fixture.KeyPath(one.Id), second);
        File.WriteAllBytes(_fixture.KeyPath(two.Id), first);

        foreach (HsmKey key in (HsmKey[])[one, two])
        {
            HsmException refused = await Assert.ThrowsAsync<HsmException>(
                async () => await token.EncryptAsync(key, default, default, Stop));
            Assert.Equal(HsmFailure.Damaged, refused.Failure);
            Assert.Contains("renamed or exchanged", refused.Message, StringComparison.Ordinal);
        }

        // The name in the header corrected by hand: now the seal does not fit.
        one.Id.WriteTo(second.AsSpan(26));
        File.WriteAllBytes(_fixture.KeyPath(one.Id), second);
        HsmException forged = await Assert.ThrowsAsync<HsmException>(async () => await token.FindAsync(one.Id, Stop));
        Assert.Contains("authentication tag", forged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_token_is_refused()
    {
        using TokenFixture other = new();
        await using SoftwareToken token = await _fixture.CreateAsync();
        await using SoftwareToken elsewhere = await other.CreateAsync();
        HsmKey key = await elsewhere.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        File.Copy(other.KeyPath(key.Id), _fixture.KeyPath(key.Id));

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await token.FindAsync(key.Id, Stop));

        Assert.Equal(HsmFailure.Damaged, refused.Failure);
        Assert.Contains("the token's identity", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_returns_the_sound_keys_and_then_names_every_damaged_file()
    {
        await using SoftwareToken token = await _fixture.CreateAsync();
        for (int i = 1; i <= 5; i++) await token.GenerateKeyAsync(Id(i), SignatureAlgorithm.EcdsaP256, Stop);
        File.WriteAllBytes(_fixture.KeyPath(Id(2)), []);
        File.Move(_fixture.KeyPath(Id(4)), Path.Combine(_fixture.Keys, "old.key"));
        File.WriteAllText(Path.Combine(_fixture.Keys, "notes.txt"), "not a key, left alone");
        List<TokenKeyId> listed = [];

        HsmException damaged = await Assert.ThrowsAsync<HsmException>(async () =>
        {
            await foreach (HsmKey key in token.ListAsync(Stop)) listed.Add(key.Id);
        });

        Assert.Equal(3, listed.Count);
        Assert.All((TokenKeyId[])[Id(1), Id(3), Id(5)], id => Assert.Contains(id, listed));
        Assert.Equal(HsmFailure.Damaged, damaged.Failure);
        Assert.Contains(_fixture.KeyPath(Id(2)), damaged.Message, StringComparison.Ordinal);
        Assert.Contains("old.key", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_written_files_of_a_killed_writer_are_removed()
    {
        await (await _fixture.CreateAsync()).DisposeAsync();
        string stray = Path.Combine(_fixture.Keys, ".abc.tmp");
        File.WriteAllText(stray, "half a key");

        await using SoftwareToken token = await _fixture.OpenAsync();

        Assert.False(File.Exists(stray));
        await foreach (HsmKey key in token.ListAsync(Stop)) Assert.Fail(key.ToString());
    }

    [Fact]
    public async Task Create_refuses_a_folder_that_holds_a_token()
    {
        await (await _fixture.CreateAsync()).DisposeAsync();
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _fixture.CreateAsync());
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
    }

    [Fact]
    public async Task Create_refuses_a_folder_of_keys_that_lost_its_token_file()
    {
        await using (SoftwareToken token = await _fixture.CreateAsync())
            await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        File.Delete(Path.Combine(_fixture.Folder, "token"));

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _fixture.CreateAsync());

        Assert.Equal(HsmFailure.Damaged, refused.Failure);
        Assert.True(File.Exists(_fixture.KeyPath(Id(1))));
    }

    [Fact]
    public async Task Open_refuses_a_folder_without_a_token_and_one_that_others_may_write()
    {
        HsmException missing = await Assert.ThrowsAsync<HsmException>(async () => await _fixture.OpenAsync());
        Assert.Equal(HsmFailure.Unavailable, missing.Failure);
        Assert.Contains(_fixture.Folder, missing.Message, StringComparison.Ordinal);

        await (await _fixture.CreateAsync()).DisposeAsync();
        File.SetUnixFileMode(_fixture.Keys, File.GetUnixFileMode(_fixture.Keys) | UnixFileMode.OtherWrite);
        HsmException open = await Assert.ThrowsAsync<HsmException>(async () => await _fixture.OpenAsync());
        Assert.Contains($"chmod 700 {_fixture.Keys}", open.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_waits_for_another_process_only_so_long()
    {
        await using SoftwareToken token = await _fixture.CreateAsync(
            _fixture.Options with { LockTimeout = TimeSpan.FromMilliseconds(30) });
        TokenFolder elsewhere = new(_fixture.Folder, TimeSpan.Zero);
        using (await elsewhere.LockAsync(HsmOperation.GenerateKey, Stop))
        {
            HsmException busy = await Assert.ThrowsAsync<HsmException>(
                async () => await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop));
            Assert.True(busy.IsTransient);
            Assert.Equal(HsmOperation.GenerateKey, busy.Operation);

            // Opening and reading need no turn; a caller that waits for one can give up.
            await using SoftwareToken patient = await _fixture.OpenAsync();
            Assert.Null(await patient.FindAsync(Id(1), Stop));
            using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(10));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await patient.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, patience.Token));
        }

        await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
    }

    [Fact]
    public async Task Encryptions_are_counted_across_openings_and_end_at_the_limit()
    {
        SoftwareTokenOptions options = _fixture.Options with { EncryptionsPerKey = 20 };
        HsmKey key;
        await using (SoftwareToken token = await _fixture.CreateAsync(options))
        {
            key = await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
            // a block of 16 is reserved, 13 of it are lost
            for (int i = 0; i < 3; i++) await token.EncryptAsync(key, default, default, Stop);
        }

        await using SoftwareToken again = await _fixture.OpenAsync(options);
        byte[] last = [];
        for (int i = 0; i < 4; i++) last = await again.EncryptAsync(key, default, default, Stop);
        HsmException exhausted = await Assert.ThrowsAsync<HsmException>(
            async () => await again.EncryptAsync(key, default, default, Stop));

        Assert.Equal(HsmFailure.Exhausted, exhausted.Failure);
        Assert.Contains("Rotate", exhausted.Message, StringComparison.Ordinal);
        Assert.Empty(await again.DecryptAsync(key, last, default, Stop));
    }

    [Fact]
    public async Task Concurrent_encryptions_stay_within_the_limit()
    {
        await using SoftwareToken token = await _fixture.CreateAsync(_fixture.Options with { EncryptionsPerKey = 500 });
        HsmKey key = await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        int made = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    await token.EncryptAsync(key, default, default, Stop);
                    Interlocked.Increment(ref made);
                }
            }
            catch (HsmException e) when (e.Failure == HsmFailure.Exhausted)
            {
            }
        })));

        Assert.Equal(500, made);
    }

    [Fact]
    public async Task A_lost_or_altered_usage_record_stops_encryption_but_not_decryption()
    {
        await using SoftwareToken token = await _fixture.CreateAsync(_fixture.Options with { KeysInMemory = 0 });
        HsmKey key = await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        HsmKey other = await token.GenerateKeyAsync(Id(2), CipherAlgorithm.Aes256Gcm, Stop);
        byte[] container = await token.EncryptAsync(key, "kept"u8.ToArray(), default, Stop);
        string path = _fixture.UsesPath(key.Id);
        byte[] good = File.ReadAllBytes(path);

        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 1;
            File.WriteAllBytes(path, bad);
            await DamagedAsync();
        }

        File.Copy(_fixture.UsesPath(other.Id), path, overwrite: true);
        await DamagedAsync();
        File.Delete(path);
        await DamagedAsync();
        Assert.Equal("kept"u8.ToArray(), await token.DecryptAsync(key, container, default, Stop));

        async Task DamagedAsync()
        {
            HsmException damaged = await Assert.ThrowsAsync<HsmException>(
                async () => await token.EncryptAsync(key, default, default, Stop));
            Assert.Equal(HsmFailure.Damaged, damaged.Failure);
            Assert.Contains(path, damaged.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_disk_that_refuses_is_reported_as_transient_or_not()
    {
        await using SoftwareToken token = await _fixture.CreateAsync();
        Directory.Delete(_fixture.Keys, recursive: true);

        HsmException failed = await Assert.ThrowsAsync<HsmException>(
            async () => await token.GenerateKeyAsync(Id(1), SignatureAlgorithm.EcdsaP256, Stop));

        Assert.Equal(HsmFailure.Unavailable, failed.Failure);
        Assert.True(failed.IsTransient);
        Assert.IsType<DirectoryNotFoundException>(failed.InnerException);
    }

    [Theory]
    [InlineData(0L, 600_000)]
    [InlineData((1L << 32) + 1, 600_000)]
    [InlineData(1L, 209_999)]
    public async Task Options_outside_their_range_are_refused(long encryptions, int iterations)
    {
        SoftwareTokenOptions options = _fixture.Options with
        {
            EncryptionsPerKey = encryptions,
            PassphraseIterations = iterations,
        };
        await Assert.ThrowsAsync<ArgumentException>(async () => await _fixture.CreateAsync(options));
    }

    [Fact]
    public async Task Nothing_secret_is_printed()
    {
        await using SoftwareToken token = await _fixture.CreateAsync();
        HsmKey key = await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        using TokenSecret secret = TokenSecret.FromPassphrase("correct horse battery");

        Assert.Equal("***", secret.ToString());
        Assert.Equal($"AES-256-GCM {key.Id}", key.ToString());
        string inHex = Convert.ToHexString(_fixture.PrivateKeyOf(key.Id));
        Assert.DoesNotContain(inHex, $"{key} {_fixture.Options}", StringComparison.OrdinalIgnoreCase);
    }
}
