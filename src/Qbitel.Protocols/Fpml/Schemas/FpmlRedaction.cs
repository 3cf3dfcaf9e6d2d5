using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>How much of an element's value may be shown, by its name and those around it.</summary>
internal static class FpmlRedaction
{
    public static Redaction Of(MxText text, int node)
    {
        // What no schema knows may be anything.
        if ((text.Nodes[node].Content & MxContent.Unknown) != MxContent.None) return Redaction.Text;

        switch (text.NameText(node))
        {
            case "accountId" or "accountNumber" or "routingAccountNumber" or "clientId":
                return Redaction.Account;
            case "partyName" or "accountName" or "routingName" or "firstName" or "middleName" or "surname"
                or "honorific" or "initial" or "suffix" or "entityName" or "author" or "unitName":
                return Redaction.Name;
            case "telephoneNumber" or "telephone" or "email" or "streetLine" or "city" or "state" or "postalCode"
                or "routingReferenceText" or "dateOfBirth" or "comments" or "comment" or "description"
                or "additionalData" or "originalMessage" or "string" or "base64Binary" or "hexadecimalBinary"
                or "additionalTerms" or "instructions" or "additionalInformation" or "personId":
                return Redaction.Text;
            default:
                return Redaction.None;
        }
    }
}
