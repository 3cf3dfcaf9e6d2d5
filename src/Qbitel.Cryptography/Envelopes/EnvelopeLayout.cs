using System.Security.Cryptography;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>Where the parts of an envelope lie: suite, encapsulated key, ciphertext, tag.</summary>
internal sealed class EnvelopeLayout
{
    public const int TagSize = 16;

    public EnvelopeLayout(HpkeSuite suite, int envelopeSize)
    {
        Encapsulated = HpkeSuite.IdSize..(HpkeSuite.IdSize + suite.Kem.CiphertextSize);
        Ciphertext = Encapsulated.End..(envelopeSize - TagSize);
        Tag = Ciphertext.End..envelopeSize;
    }

    public Range Encapsulated { get; }

    public Range Ciphertext { get; }

    public Range Tag { get; }

    public static int Overhead(HpkeSuite suite) => HpkeSuite.IdSize + suite.Kem.CiphertextSize + TagSize;

    /// <exception cref="CryptographicException">
    /// Not an envelope, cut short, or of another suite than the key's.
    /// </exception>
    public static EnvelopeLayout Read(HpkeSuite expected, ReadOnlySpan<byte> envelope)
    {
        HpkeSuite suite = (envelope.Length < HpkeSuite.IdSize ? null : HpkeSuite.Find(envelope[..HpkeSuite.IdSize]))
            ?? throw new CryptographicException(
                "Not an envelope: at offset 0, expected \"HPKE\" and the numbers of a known suite.");
        if (suite != expected)
        {
            throw new CryptographicException(
                $"At offset 4, expected the suite of the key, {expected.Kem}; found that of {suite.Kem}.");
        }

        if (envelope.Length < Overhead(suite))
        {
            throw new CryptographicException(
                $"The envelope is cut: expected at least {Overhead(suite)} bytes, found {envelope.Length}.");
        }

        return new EnvelopeLayout(suite, envelope.Length);
    }
}
