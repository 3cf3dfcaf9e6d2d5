using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Parties;

/// <summary>A postal address as PstlAdr holds it. It prints its form only: the rest is personal.</summary>
/// <remarks>
/// From 14 November 2026 cross-border payments, and from 15 November 2026 the SEPA schemes, refuse
/// <see cref="AddressForm.Unstructured"/>: translation into ISO 20022 asks <see cref="Form"/> before it writes.
/// </remarks>
public sealed record PostalAddress
{
    /// <summary>Free lines a hybrid address may have.</summary>
    public const int HybridLines = 2;

    /// <summary>Characters of a free line.</summary>
    public const int LineLength = 70;

    public string? Department { get; init; }

    public string? SubDepartment { get; init; }

    public string? StreetName { get; init; }

    public string? BuildingNumber { get; init; }

    public string? BuildingName { get; init; }

    public string? Floor { get; init; }

    public string? PostBox { get; init; }

    public string? Room { get; init; }

    public string? PostCode { get; init; }

    public string? TownName { get; init; }

    public string? TownLocationName { get; init; }

    public string? DistrictName { get; init; }

    public string? CountrySubDivision { get; init; }

    /// <summary>ISO 3166-1, two letters.</summary>
    public string? Country { get; init; }

    public IReadOnlyList<string> Lines { get; init; } = [];

    public AddressForm Form =>
        Lines.Count == 0 ? Elements().Any(element => element.Value is not null) ? AddressForm.Structured
            : AddressForm.Empty
        : Elements().Any(element => element.Value is not null && element.Name != "Ctry") ? AddressForm.Hybrid
        : AddressForm.Unstructured;

    /// <summary>Whether the rails still take it once unstructured addresses are refused: town and country, and at most
    /// two free lines of 70 characters.</summary>
    public bool IsAcceptedFromNovember2026 =>
        Form is AddressForm.Structured or AddressForm.Hybrid && TownName is not null && Country is not null
        && Lines.Count <= HybridLines && Lines.All(line => line.Length <= LineLength);

    /// <summary>Reads a PstlAdr.</summary>
    public static PostalAddress Of(MxElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        return new PostalAddress
        {
            Department = element.ValueAt("Dept"),
            SubDepartment = element.ValueAt("SubDept"),
            StreetName = element.ValueAt("StrtNm"),
            BuildingNumber = element.ValueAt("BldgNb"),
            BuildingName = element.ValueAt("BldgNm"),
            Floor = element.ValueAt("Flr"),
            PostBox = element.ValueAt("PstBx"),
            Room = element.ValueAt("Room"),
            PostCode = element.ValueAt("PstCd"),
            TownName = element.ValueAt("TwnNm"),
            TownLocationName = element.ValueAt("TwnLctnNm"),
            DistrictName = element.ValueAt("DstrctNm"),
            CountrySubDivision = element.ValueAt("CtrySubDvsn"),
            Country = element.ValueAt("Ctry"),
            Lines = [.. element.Children.Where(child => child.Name == "AdrLine").Select(line => line.Value ?? "")],
        };
    }

    /// <summary>The form of a PstlAdr, without reading its values.</summary>
    public static AddressForm FormOf(MxElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        return FormOf(element.Text, element.Node);
    }

    internal static AddressForm FormOf(MxText text, int node)
    {
        bool lines = false, country = false, others = false;
        for (int child = text.FirstChild(node); child >= 0; child = text.NextSibling(child))
        {
            ReadOnlySpan<byte> name = text.Name(child);
            if (name.SequenceEqual("AdrLine"u8)) lines = true;
            else if (name.SequenceEqual("Ctry"u8)) country = true;
            else if (!name.SequenceEqual("AdrTp"u8)) others = true; // what kind it is says nothing of where
        }

        return lines ? others ? AddressForm.Hybrid : AddressForm.Unstructured
            : others || country ? AddressForm.Structured : AddressForm.Empty;
    }

    public override string ToString() => $"{Form} address";

    /// <summary>Sets the elements of a PstlAdr in a draft.</summary>
    /// <param name="draft">The message in the making.</param>
    /// <param name="path">Where the PstlAdr is.</param>
    internal void WriteTo(MxDraft draft, string path)
    {
        foreach ((string name, string? value) in Elements()) draft.Set($"{path}/{name}", value);
        for (int i = 0; i < Lines.Count; i++) draft.Set($"{path}/AdrLine[{i + 1}]", Lines[i]);
    }

    private IEnumerable<(string Name, string? Value)> Elements()
    {
        yield return ("Dept", Department);
        yield return ("SubDept", SubDepartment);
        yield return ("StrtNm", StreetName);
        yield return ("BldgNb", BuildingNumber);
        yield return ("BldgNm", BuildingName);
        yield return ("Flr", Floor);
        yield return ("PstBx", PostBox);
        yield return ("Room", Room);
        yield return ("PstCd", PostCode);
        yield return ("TwnNm", TownName);
        yield return ("TwnLctnNm", TownLocationName);
        yield return ("DstrctNm", DistrictName);
        yield return ("CtrySubDvsn", CountrySubDivision);
        yield return ("Ctry", Country);
    }
}
