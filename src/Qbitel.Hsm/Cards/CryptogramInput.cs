using System.Globalization;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Protocols.Emv;

namespace Qbitel.Hsm.Cards;

/// <summary>The bytes under a cryptogram, put together from data objects as the version of the card says.</summary>
internal static class CryptogramInput
{
    public const int MaxSize = 512;

    private const int MaxCardData = 64; // 9F10 has up to 32 bytes; counter and profile

    /// <param name="version">Of the card's cryptogram.</param>
    /// <param name="dataObjects">The card's CDOL1 in place of the version's list; null where that counts.</param>
    /// <param name="data">What the card and the terminal sent.</param>
    /// <param name="destination">Of <see cref="MaxSize"/>.</param>
    /// <param name="size">How much of it was written.</param>
    /// <param name="problem">What is missing; nothing is put in its place.</param>
    public static bool TryWrite(
        CryptogramVersion version, DataObjectList? dataObjects, EmvCryptogramData data, Span<byte> destination,
        out int size, out string problem)
    {
        size = 0;
        problem = "";
        if (dataObjects is not null && !TryWrite(dataObjects, data, destination, out size, out problem)) return false;
        foreach ((uint tag, int length) in version.Data)
        {
            if (dataObjects is not null && (!IsOfCard(tag) || dataObjects.Asks(tag))) continue;
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

    /// <summary>EMV Book 2, 8.1.1: what the card adds to the terminal's data by itself, and no CDOL asks for.</summary>
    private static bool IsOfCard(uint tag) =>
        tag is EmvTag.TransactionCounter or EmvTag.ApplicationInterchangeProfile;

    private static bool TryWrite(
        DataObjectList dataObjects, EmvCryptogramData data, Span<byte> destination, out int size, out string problem)
    {
        problem = "";
        size = dataObjects.Size;
        if (size > destination.Length - MaxCardData)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the card's data object list asks for {size} bytes");
            return false;
        }

        if (dataObjects.TryFill(data.RawContent.Span, destination, out uint missing)) return true;

        problem =
            string.Create(CultureInfo.InvariantCulture, $"data object {missing:X} is missing, which the card asks for");
        return false;
    }
}
