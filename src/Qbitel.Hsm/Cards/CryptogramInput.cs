using System.Globalization;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Protocols.Emv;

namespace Qbitel.Hsm.Cards;

/// <summary>The bytes under a cryptogram, put together from data objects as the version of the card says.</summary>
internal static class CryptogramInput
{
    public const int MaxSize = 512;

    /// <param name="version">Of the card's cryptogram.</param>
    /// <param name="data">What the card and the terminal sent.</param>
    /// <param name="destination">Of <see cref="MaxSize"/>.</param>
    /// <param name="size">How much of it was written.</param>
    /// <param name="problem">What is missing; nothing is put in its place.</param>
    public static bool TryWrite(
        CryptogramVersion version, EmvCryptogramData data, Span<byte> destination, out int size, out string problem)
    {
        size = 0;
        problem = "";
        foreach ((uint tag, int length) in version.Data)
        {
            if (data[tag] is not { } value)
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"data object {tag:X} is missing");
                return false;
            }

            if (value.Length != length || size + length > destination.Length)
            {
                problem = string.Create(CultureInfo.InvariantCulture,
                    $"data object {tag:X} has {value.Length} bytes; it must have {length}");
                return false;
            }

            value.Span.CopyTo(destination[size..]);
            size += length;
        }

        ReadOnlySpan<byte> issuerData = data.IssuerApplicationData.Span;
        ReadOnlySpan<byte> own = issuerData;
        if (version.CardData != AuthenticatedCardData.Whole)
        {
            if (!IssuerApplicationData.TryParse(version.Scheme, issuerData, out IssuerApplicationData parts))
            {
                problem = "the issuer application data (9F10) is of no layout of the scheme";
                return false;
            }

            bool withCounters = version.CardData == AuthenticatedCardData.ResultsAndCounters;
            if (withCounters && parts.CountersSize == 0)
            {
                problem = "the issuer application data (9F10) has no counters";
                return false;
            }

            issuerData.Slice(parts.ResultsOffset, parts.ResultsSize).CopyTo(destination[size..]);
            size += parts.ResultsSize;
            own = withCounters ? issuerData.Slice(parts.CountersOffset, parts.CountersSize) : [];
        }
        else if (own.IsEmpty)
        {
            problem = "data object 9F10 is missing";
            return false;
        }

        own.CopyTo(destination[size..]);
        size += own.Length;
        return true;
    }
}
