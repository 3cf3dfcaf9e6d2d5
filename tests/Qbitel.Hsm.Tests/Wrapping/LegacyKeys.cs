using System.Text;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Tests.Wrapping;

/// <summary>
/// Keys as other programs leave them in a token: names of their own, several sizes, some made to stay.
/// </summary>
internal static class LegacyKeys
{
    public static readonly string[] Movable =
    [
        "zone-mac", "data-key", "data-192", "zone-kek", "card-tdea-2", "card-tdea-3", "session-hmac", "payments-ec",
            "archive-ec384",
        "clearing-rsa", "inbox-rsa",
    ];

    public static readonly string[] Staying = ["root-aes", "root-ec"];

    public static ValueTask MakeAsync(Pkcs11Token token, CancellationToken stop) =>
        MakeAsync(token, Movable.Concat(Staying), stop);

    public static async ValueTask MakeAsync(Pkcs11Token token, IEnumerable<string> names, CancellationToken stop)
    {
        foreach (string name in names)
        {
            await token.Queue.RunAsync(HsmOperation.GenerateKey, session =>
            {
                Make(session, name, isExtractable: !Staying.Contains(name));
                return 0;
            }, stop);
        }
    }

    public static void Make(Session session, string name, bool isExtractable)
    {
        byte[] id = Encoding.ASCII.GetBytes(name), label = Encoding.ASCII.GetBytes(name.ToUpperInvariant());
        using Template secret = new();
        secret.Add(Cka.Token, true).Add(Cka.Private, true).Add(Cka.Sensitive, true).Add(Cka.Extractable, isExtractable)
            .Add(Cka.Id, id).Add(Cka.Label, label);
        switch (name)
        {
            case "zone-mac": Secret(Ckm.AesKeyGen, 16, Cka.Sign, Cka.Verify); return;
            case "data-key" or "root-aes": Secret(Ckm.AesKeyGen, 32, Cka.Encrypt, Cka.Decrypt); return;
            case "data-192": Secret(Ckm.AesKeyGen, 24, Cka.Encrypt, Cka.Decrypt); return;
            case "zone-kek": Secret(Ckm.AesKeyGen, 32, Cka.Wrap, Cka.Unwrap); return;
            case "mixed-aes": Secret(Ckm.AesKeyGen, 32, Cka.Encrypt, Cka.Decrypt, Cka.Wrap, Cka.Unwrap); return;
            case "card-tdea-2": Secret(Ckm.Des2KeyGen, 0, Cka.Encrypt, Cka.Decrypt); return;
            case "card-tdea-3": Secret(Ckm.Des3KeyGen, 0, Cka.Encrypt, Cka.Decrypt); return;
            case "session-hmac": Secret(Ckm.GenericSecretKeyGen, 32, Cka.Sign, Cka.Verify); return;
            case "payments-ec" or "root-ec":
                Pair(
                Ckm.EcKeyPairGen, "1.2.840.10045.3.1.7", Cka.Sign, Cka.Verify); return;
            case "archive-ec384": Pair(Ckm.EcKeyPairGen, "1.3.132.0.34", Cka.Sign, Cka.Verify); return;
            case "clearing-rsa": Pair(Ckm.RsaPkcsKeyPairGen, null, Cka.Sign, Cka.Verify); return;
            case "inbox-rsa": Pair(Ckm.RsaPkcsKeyPairGen, null, Cka.Decrypt, Cka.Encrypt); return;
            case "pqc-dsa": Pair(Ckm.MlDsaKeyPairGen, null, Cka.Sign, Cka.Verify, set: 2); return;
            case "pqc-kem": Pair(Ckm.MlKemKeyPairGen, null, Cka.Decapsulate, Cka.Encapsulate, set: 3); return;
            default: throw new ArgumentException(name, nameof(name));
        }

        void Secret(Ckm how, int size, params Cka[] uses)
        {
            foreach (
                Cka use in (Cka[])[Cka.Encrypt, Cka.Decrypt, Cka.Sign, Cka.Verify, Cka.Wrap, Cka.Unwrap, Cka.Derive])
            {
                secret.Add(use, uses.Contains(use));
            }

            if (size > 0) secret.Add(Cka.ValueLen, (ulong)size);
            session.GenerateKey(how, secret);
        }

        void Pair(Ckm how, string? curve, Cka privateUse, Cka publicUse, ulong set = 0)
        {
            using Template publicKey = new();
            publicKey.Add(Cka.Token, true).Add(Cka.Private, false).Add(Cka.Id, id).Add(Cka.Label, label)
                .Add(publicUse, true);
            if (curve is not null) publicKey.Add(Cka.EcParams, PublicKeyEncoding.Curve(curve));
            else if (set > 0) publicKey.Add(Cka.ParameterSet, set);
            else publicKey.Add(Cka.ModulusBits, 2048UL).Add(Cka.PublicExponent, (byte[])[1, 0, 1]);
            foreach (Cka use in (Cka[])[Cka.Decrypt, Cka.Sign, Cka.Unwrap, Cka.Derive])
                secret.Add(use, use == privateUse);
            if (privateUse == Cka.Decapsulate) secret.Add(privateUse, true);
            session.GenerateKeyPair(how, publicKey, secret);
        }
    }
}
