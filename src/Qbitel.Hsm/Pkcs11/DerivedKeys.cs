using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>Keys that one call derives in the module: none leaves it, and they are gone with this.</summary>
internal sealed unsafe class DerivedKeys(Session session) : IDisposable
{
    private readonly List<ulong> _keys = [];

    /// <summary>A double-length TDEA key: the encryption of 16 bytes.</summary>
    public ulong Tdea(ulong key, ReadOnlySpan<byte> input, Cka use) =>
        Derive(Ckm.Des3EcbEncryptData, key, input[..16], Ckk.Des2, 0, use);

    /// <summary>Its left half twice: with that TDEA is single DES, which many modules no longer have as such.</summary>
    public ulong TdeaHalf(ulong key, ReadOnlySpan<byte> input)
    {
        Span<byte> twice = stackalloc byte[16];
        input[..8].CopyTo(twice);
        input[..8].CopyTo(twice[8..]);
        return Derive(Ckm.Des3EcbEncryptData, key, twice, Ckk.Des2, 0, Cka.Encrypt);
    }

    /// <summary>The leftmost bytes of the encryption.</summary>
    public ulong Aes(ulong key, ReadOnlySpan<byte> input, int size, Cka use) =>
        Derive(Ckm.AesEcbEncryptData, key, size == 16 ? input[..16] : input[..32], Ckk.Aes, size, use);

    public void Dispose()
    {
        foreach (ulong key in _keys) session.Functions.DestroyObject(session.Handle, key);
    }

    private ulong Derive(Ckm how, ulong key, ReadOnlySpan<byte> input, Ckk type, int size, Cka use)
    {
        using Template template = new();
        template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)type).Add(Cka.Token, false)
            .Add(Cka.Private, true).Add(Cka.Sensitive, true).Add(Cka.Extractable, false).Add(use, true);
        if (size > 0) template.Add(Cka.ValueLen, (ulong)size);
        fixed (byte* place = input)
        {
            CkDerivationData data = new() { Data = place, Length = (ulong)input.Length };
            CkMechanism mechanism = new()
            {
                Type = how,
                Parameter = &data,
                ParameterLength = (ulong)sizeof(CkDerivationData),
            };
            _keys.Add(session.Derive(mechanism, key, template));
        }

        return _keys[^1];
    }
}
