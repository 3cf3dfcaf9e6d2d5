using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Rules;

/// <summary>What the schema cannot say, whatever the community: totals, settlement, identifiers.</summary>
internal static class MxRules
{
    public static void Check(MxText text, int root, MxFindings findings)
    {
        byte[]? rented = null;
        MxNode[] nodes = text.Nodes;
        for (int node = root, end = nodes[root].Next; node < end; node++)
        {
            ref readonly MxNode at = ref nodes[node];
            bool isKnownValue = (at.Content & (MxContent.Unknown | MxContent.Complex)) == MxContent.None;
            if (at.Next > node + 1 || !isKnownValue) continue;

            if (at.AttributeCount > 0) MxIdentifierRules.Amount(text, node, findings, ref rented);
            int name = at.NameNumber == MxNames.None ? text.NameNumber(node) : at.NameNumber;
            if (name is > MxNames.None and <= MxNames.LastIdentifier)
                MxIdentifierRules.Check(text, node, name, findings, ref rented);
        }

        int message = text.FirstChild(root);
        if (message >= 0) MxTotals.Check(text, message, findings, ref rented);
        if (message >= 0) Settlement(text, message, findings);
        MxTotals.Return(rented);
    }

    // Message definitions of pacs.008 and pacs.009: the rules on the settlement method.
    private static void Settlement(MxText text, int message, MxFindings findings)
    {
        bool isCustomer = text.Name(message).SequenceEqual("FIToFICstmrCdtTrf"u8);
        if (!isCustomer && !text.Name(message).SequenceEqual("FICdtTrf"u8)) return;
        int info = text.Find(message, "GrpHdr/SttlmInf"u8);
        int method = info < 0 ? -1 : text.Child(info, "SttlmMtd"u8);
        if (method < 0) return;

        ReadOnlySpan<byte> code = text.Span.Slice(text.Nodes[method].ValueStart, text.Nodes[method].ValueLength);
        bool isCover = code.SequenceEqual("COVE"u8) && isCustomer, isClearing = code.SequenceEqual("CLRG"u8);
        bool isDirect = code.SequenceEqual("INDA"u8) || code.SequenceEqual("INGA"u8);
        if (!isCover && !isClearing && !isDirect) return;

        bool hasReimbursement = false;
        for (int node = text.FirstChild(info); node >= 0; node = text.NextSibling(node))
        {
            ReadOnlySpan<byte> name = text.Name(node);
            bool isAgent = name.EndsWith("RmbrsmntAgt"u8);
            hasReimbursement |= isAgent && !name.StartsWith("Thrd"u8);
            bool isForbidden = (isAgent && !isCover) || (name.SequenceEqual("SttlmAcct"u8) && !isDirect)
                || (name.SequenceEqual("ClrSys"u8) && isCover);
            if (!isForbidden) continue;

            findings.Add("Mx.Settlement", node, "the settlement method does not allow this element",
                $"nothing under {System.Text.Encoding.ASCII.GetString(code)}", text.NameText(node));
        }

        if (isCover && !hasReimbursement)
        {
            findings.Add("Mx.Settlement", info, "cover needs a reimbursement agent",
                "InstgRmbrsmntAgt or InstdRmbrsmntAgt", "neither");
        }
    }
}
