using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Approvals;
using Qbitel.Hsm.KeyShapes;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Approvals;
using Qbitel.Hsm.Tests.Pkcs11;
using Qbitel.Hsm.Tests.Software;

namespace Qbitel.Hsm.Tests;

/// <summary>
/// Everything this room says and writes while it works and while it fails, searched for 24 bytes in a row of any
/// private key, and for the PIN: raw, in hexadecimal and in Base64.
/// </summary>
[Collection(RealModules.Name)]
public sealed class SecretScanTests : IDisposable
{
    private const int Window = 24;

    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    private readonly TokenFixture _software = new();
    private readonly Everything _said = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _software.Dispose();

    [Fact]
    public async Task A_software_token_and_a_pool_of_it_say_and_write_no_private_key()
    {
        List<byte[]> secrets = [File.ReadAllBytes(_software.KeyFile)[..Window]];
        using (TokenSecret secret = TokenSecret.FromKeyFile(_software.KeyFile))
        {
            SoftwareToken token = await SoftwareToken.CreateAsync(
                _software.Options, secret, TimeProvider.System, _said, Stop);
            await using HsmPool pool = await HsmPool.OpenAsync(
                [new("a", _ => ValueTask.FromResult<HsmProvider>(token))],
                new HsmPoolOptions { Alert = alert => _said.Say($"{alert}") }, TimeProvider.System, _said, Stop);
            KeyAlgorithm[] algorithms =
            [
                SignatureAlgorithm.EcdsaP256, SignatureAlgorithm.MLDsa65, SignatureAlgorithm.MLDsa65Ed25519,
                KemAlgorithm.MLKem768, KemAlgorithm.XWing, CipherAlgorithm.Aes256Gcm,
            ];
            for (int i = 0; i < algorithms.Length; i++)
            {
                HsmKey key = await pool.GenerateKeyAsync(TokenFixture.Id(i + 1), algorithms[i], Stop);
                secrets.Add(_software.PrivateKeyOf(key.Id));
                _said.Say(
                    $"{key} {Convert.ToHexString(key.PublicKey.Span)} {Convert.ToHexString(key.CheckValue.Span)}");
                await ProvokeAsync(pool, key);
            }

            foreach (HsmMemberStatus status in pool.Members) _said.Say($"{status}");
        }

        foreach (string file in Directory.EnumerateFiles(_software.Folder, "*", SearchOption.AllDirectories))
            _said.Say(await File.ReadAllBytesAsync(file, Stop));
        Assert.True(_said.Size > 10_000);
        Assert.All(secrets, each => Assert.False(_said.Holds(each), "a secret was said or written"));
    }

    [Fact]
    public async Task A_pkcs11_token_says_and_writes_no_pin_of_its()
    {
        using SoftHsmFixture fixture = new();
        byte[] pin = Encoding.UTF8.GetBytes(ModuleFixture.Pin);
        await using (Pkcs11Token token = await Pkcs11Token.OpenAsync(
            fixture.Provider, fixture.Options, TimeProvider.System, _said, Stop))
        {
            HsmKey key = await token.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.EcdsaP256, Stop);
            await ProvokeAsync(token, key);
            _said.Say($"{token.Facts} {fixture.Options} {key}");
        }

        foreach (string pinPlace in (string[])[ModuleFixture.Pin, $"env:{ModuleFixture.Pin}",
            $"credential:{ModuleFixture.Pin}x"])
        {
            Pkcs11Options wrong = fixture.Options with { AskPin = null, Pin = pinPlace };
            _said.Say($"{wrong}");
            Exception? error = await Record.ExceptionAsync(async () => await Pkcs11Token.OpenAsync(
                fixture.Provider, wrong, TimeProvider.System, _said, Stop));
            Assert.NotNull(error);
            if (pinPlace == ModuleFixture.Pin) _said.Say($"{error}"); // a place is a name, and names are repeated
        }

        Assert.False(_said.Holds(pin, pin.Length), "the PIN was said");
    }

    [Fact]
    public async Task Approvals_say_and_write_no_key_of_an_approver()
    {
        using ApprovalFixture fixture = new();
        ApprovalRequest request = await fixture.ApprovedAsync();
        await fixture.Control.RunAsync(ApprovalFixture.Destroy, request.Id, "user:eve", _ => ValueTask.FromResult(true),
            Stop);
        foreach (string file in Directory.EnumerateFiles(fixture.Root, "*", SearchOption.AllDirectories))
            _said.Say(await File.ReadAllBytesAsync(file, Stop));
        foreach (Governance.Audit.AuditEntry entry in fixture.Entries) _said.Say($"{entry}");

        foreach (string name in (string[])["user:ada", "user:bob"])
        {
            using SignatureKey key = ApprovalFixture.KeyOf(name);
            Assert.False(_said.Holds(key.ExportPrivateKey()));
        }

        Assert.True(_said.Holds(request.Hash.ToArray())); // in hexadecimal: the search finds what is there
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(5)]
    public void The_search_finds_a_secret_in_every_form(int before)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(64), around = RandomNumberGenerator.GetBytes(before);
        byte[] all = [.. around, .. secret[20..50]];
        foreach (byte[] form in (byte[][])[all, Encoding.ASCII.GetBytes(Convert.ToHexString(all)),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(all)),
                Encoding.ASCII.GetBytes(Convert.ToBase64String(all))])
        {
            Everything said = new();
            said.Say(form);
            Assert.True(said.Holds(secret));
            Assert.False(said.Holds(RandomNumberGenerator.GetBytes(64)));
        }
    }

    /// <summary>Uses a key well and badly, and keeps what comes of it.</summary>
    private async Task ProvokeAsync(HsmProvider hsm, HsmKey key)
    {
        Func<Task>[] calls =
        [
            async () => await hsm.SignAsync(key, Data, default, Stop),
            async () => await hsm.SignAsync(key, Data, new byte[300], Stop),
            async () => await hsm.DecryptAsync(key, new byte[100], default, Stop),
            async () => await hsm.DecapsulateAsync(key, new byte[1088], Stop),
            async () => await hsm.GenerateKeyAsync(key.Id, key.Algorithm == SignatureAlgorithm.EcdsaP256
                ? SignatureAlgorithm.EcdsaP384 : SignatureAlgorithm.EcdsaP256, Stop),
            () =>
            {
                using HsmECDsa shape = new(hsm, key);
                shape.ExportPkcs8PrivateKey();
                return Task.CompletedTask;
            },
            () =>
            {
                using HsmMLDsa shape = new(hsm, key);
                _said.Say($"{shape}");
                shape.ExportMLDsaPrivateSeed();
                return Task.CompletedTask;
            },
        ];
        foreach (Func<Task> call in calls)
            if (await Record.ExceptionAsync(call) is { } error) _said.Say($"{error}");
    }

    /// <summary>All that was said and written, as bytes; it is a log too.</summary>
    private sealed class Everything : ILogger
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private readonly Lock _gate = new();

        public int Size => _bytes.WrittenCount;

        public void Say(string text) => Say(Encoding.UTF8.GetBytes(text));

        public void Say(ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                _bytes.Write(bytes);
                _bytes.Write("\n"u8);
            }
        }

        public bool Holds(byte[] secret, int window = Window)
        {
            byte[] all = _bytes.WrittenSpan.ToArray();
            string text = Encoding.Latin1.GetString(all);
            for (int at = 0; at + window <= secret.Length; at++)
            {
                ReadOnlySpan<byte> part = secret.AsSpan(at, window);
                if (all.AsSpan().IndexOf(part) >= 0
                    || text.Contains(Convert.ToHexString(part), StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }

                // Base64 of whole groups of three, wherever in the text they begin: of any 26 bytes one start fits.
                if (window % 3 == 0 && text.Contains(Convert.ToBase64String(part), StringComparison.Ordinal))
                    return true;
            }

            return false;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Say($"{formatter(state, exception)} {exception}");
    }
}
