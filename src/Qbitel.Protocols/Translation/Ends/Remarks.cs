namespace Qbitel.Protocols.Translation.Ends;

/// <summary>What a report says about a message as a whole.</summary>
internal static class Remarks
{
    public const string Unstructured = "an address stands in lines only, since nobody wrote down which part is what: "
        + "from 14 November 2026 such addresses are refused on the live rails";

    public const string FreeText = "line ends of free text are not kept";
}
