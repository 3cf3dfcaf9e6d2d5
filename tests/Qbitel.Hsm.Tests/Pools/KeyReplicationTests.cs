using System.Security.Cryptography;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Tests.Pkcs11;
using static Qbitel.Hsm.Tests.Software.TokenFixture;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>Secret keys in two tokens of SoftHSM that share a wrapping key.</summary>
[Collection(RealModules.Name)]
public sealed class KeyReplicationTests : IDisposable
{
    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    private readonly SoftHsmFixture _fixture = new();
    private readonly Dictionary<string, Pkcs11Token> _tokens = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_secret_key_comes_to_all_members_and_is_used_by_any()
    {
        await using HsmPool pool = await OpenAsync();
        DeviceKey kek = await CeremonyAsync("first", "second");

        ReplicatedKey made = await pool.ReplicateAsync(Id(1), DeviceKeyKind.AesCmac256, kek, quorum: 2, Stop);
        ReplicatedKey again = await pool.ReplicateAsync(Id(1), DeviceKeyKind.AesCmac256, kek, quorum: 2, Stop);

        Assert.Equal(["first", "second"], made.Holders.Order());
        Assert.Empty(made.Missing);
        Assert.True(made.Key.IsSameKeyAs(again.Key));
        byte[] first = await _tokens["first"].DeviceKeys.MacAsync(made.Key, Data, Stop);
        byte[] second = await _tokens["second"].DeviceKeys.MacAsync(made.Key, Data, Stop);
        Assert.Equal(first, second);
        Assert.Equal(first, await pool.UseAsync(made.Key, HsmOperation.Sign,
            (keys, cancel) => keys.MacAsync(made.Key, Data, cancel), Stop));

        // One of them loses it: the other is asked, and the next run brings it back.
        await _tokens["first"].DestroyAsync(Id(1), Stop);
        Assert.Equal(first, await pool.UseAsync(made.Key, HsmOperation.Sign,
            (keys, cancel) => keys.MacAsync(made.Key, Data, cancel), Stop));
    }

    [Fact]
    public async Task A_member_without_the_wrapping_key_is_said_to_be_missing_and_the_run_goes_on_later()
    {
        await using HsmPool pool = await OpenAsync();
        (Pkcs11Token _, string home) = await HomeAsync(pool);
        string other = home == "first" ? "second" : "first";
        byte[] value = RandomNumberGenerator.GetBytes(32);
        DeviceKey kek = await CeremonyAsync(value, home);

        HsmException few = await Assert.ThrowsAsync<HsmException>(
            async () => await pool.ReplicateAsync(Id(1), DeviceKeyKind.HmacSha256, kek, quorum: 2, Stop));
        Assert.True(few.IsTransient);
        Assert.Contains(other, few.Message, StringComparison.Ordinal);
        ReplicatedKey one = await pool.ReplicateAsync(Id(1), DeviceKeyKind.HmacSha256, kek, quorum: 1, Stop);
        Assert.Equal([home], one.Holders);
        Assert.Contains("wrapping key", one.Missing[other], StringComparison.Ordinal);

        await CeremonyAsync(value, other);
        ReplicatedKey both = await pool.ReplicateAsync(Id(1), DeviceKeyKind.HmacSha256, kek, quorum: 2, Stop);
        Assert.True(both.Key.IsSameKeyAs(one.Key));
    }

    [Fact]
    public async Task Another_key_of_that_name_is_not_taken_for_a_copy()
    {
        await using HsmPool pool = await OpenAsync();
        DeviceKey kek = await CeremonyAsync("first", "second");
        (Pkcs11Token _, string home) = await HomeAsync(pool);
        string other = home == "first" ? "second" : "first";
        await _tokens[other].DeviceKeys.GenerateAsync(Id(1), DeviceKeyKind.HmacSha256, isExtractable: false, Stop);

        ReplicatedKey one = await pool.ReplicateAsync(Id(1), DeviceKeyKind.HmacSha256, kek, quorum: 1, Stop);

        Assert.Contains("another key", one.Missing[other], StringComparison.Ordinal);
    }

    private async Task<HsmPool> OpenAsync()
    {
        _fixture.AddToken("second");
        _tokens["first"] = await _fixture.OpenAsync();
        _tokens["second"] = await _fixture.OpenAsync(_fixture.Options with { TokenLabel = "second" });
        return await HsmPool.OpenAsync(
            [.. _tokens.Select(t => new HsmPoolMember(t.Key, _ => ValueTask.FromResult<HsmProvider>(t.Value)))],
            new HsmPoolOptions(), TimeProvider.System, null, Stop);
    }

    /// <summary>Where this pool makes the key 1.</summary>
    private async Task<(Pkcs11Token Token, string Name)> HomeAsync(HsmPool pool)
    {
        HsmKey probe = await pool.GenerateKeyAsync(Id(1), Cryptography.CipherAlgorithm.Aes256Gcm, Stop);
        string home = (await pool.HoldersAsync(probe, Stop)).Single();
        await pool.DestroyAsync(Id(1), Stop);
        return (_tokens[home], home);
    }

    private Task<DeviceKey> CeremonyAsync(params string[] tokens) =>
        CeremonyAsync(RandomNumberGenerator.GetBytes(32), tokens);

    /// <summary>
    /// The same wrapping key in several tokens: what vendors' tools do with key parts on smart cards.
    /// </summary>
    private async Task<DeviceKey> CeremonyAsync(byte[] value, params string[] tokens)
    {
        DeviceKey? made = null;
        foreach (string name in tokens)
        {
            Pkcs11Token token = _tokens[name];

            // A wrapping key of the provider's own shows what such an object looks like here.
            DeviceKey model = await token.DeviceKeys.GenerateAsync(Id(1000), DeviceKeyKind.AesWrap256, false, Stop);
            Replace(token, model, value);
            made = await token.DeviceKeys.FindAsync(Id(1000), Stop);
        }

        return made!;
    }

    private static unsafe void Replace(Pkcs11Token token, DeviceKey model, byte[] value)
    {
        FunctionTable functions = token.Module.Functions;
        ulong handle;
        FunctionTable.Check("C_OpenSession",
            functions.OpenSession(token.Token.Slot, Ck.SerialSession | Ck.ReadWriteSession, &handle));
        Session session = new(functions, handle, token.Connection, token.Module.Epoch);
        byte[] id = new byte[TokenKeyId.Size];
        model.Id.WriteTo(id);
        using Template search = new Template().Add(Cka.Id, id).Add(Cka.Class, (ulong)Cko.SecretKey);
        ulong old = session.FindObjects(search).Single();
        byte[] label = session.Attribute(old, Cka.Label)!;
        FunctionTable.Check("C_DestroyObject", functions.DestroyObject(handle, old));
        using Template template = new Template().Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.Aes)
            .Add(Cka.Id, id).Add(Cka.Label, label).Add(Cka.Token, true).Add(Cka.Private, true).Add(Cka.Sensitive, true)
            .Add(Cka.Extractable, false).Add(Cka.Wrap, true).Add(Cka.Unwrap, true).Add(Cka.Sign, true)
                .Add(Cka.Value, value);
        session.CreateObject(template);
        session.Close();
    }
}
