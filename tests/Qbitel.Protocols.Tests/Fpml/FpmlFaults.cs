using System.Text;
using System.Xml;
using Qbitel.Protocols.Tests.Iso20022;

namespace Qbitel.Protocols.Tests.Fpml;

/// <summary>Single faults in a well-formed document: one element or attribute changed in one way.</summary>
internal sealed class FpmlFaults(ulong seed)
{
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    private static readonly string[] Values =
    [
        "", " ", "x", "0", "-1", "1.5", "+1", "1e3", "true", "TRUE", "2026-02-29", "2026-11-28", "2026-11-28T10:00:00",
        "2026-11-28Z", "10:00:00", "10:00:30", "25:00:00", "2026", "2026-11", "EUR", "M", "Y", "T", "NONE",
            "MODFOLLOWING",
        " Payer ", "Call", "Business", "\nFlat\t", "ACT/360", "12345678901234567890", "0.00", "-0", "1.",
        "https://www.example.org/a", "Interest rate", "two  blanks", "QUJD", "0a0B", "EOM", "31", "TenYears", "äöü",
        "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore "
        + "magna aliqua ut enim ad minim veniam quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea "
        + "commodo consequat duis aute irure dolor in reprehenderit in voluptate velit",
    ];

    private static readonly string[] Types =
    [
        "Swap", "Product", "InterestRateStream", "AdjustableDate", "Frequency", "CalculationPeriodFrequency", "Money",
        "NonNegativeMoney", "Option", "FxOption", "xs:string", "NoSuchType", "Party", "EquityAsset", "Asset",
            "IdentifiedDate",
    ];

    private readonly MxMutation _choice = new(seed);

    public byte[] One(byte[] valid)
    {
        XmlDocument copy = new() { PreserveWhitespace = true };
        copy.Load(new MemoryStream(valid));
        XmlElement[] all = [.. copy.SelectNodes("//*")!.Cast<XmlElement>()];
        XmlElement element = all[_choice.Next(all.Length)];
        for (int tries = 0; element == copy.DocumentElement && tries < 20; tries++)
            element = all[_choice.Next(all.Length)];
        if (element.ParentNode is not XmlElement parent) return valid;

        switch (_choice.Next(20))
        {
            case 0: parent.RemoveChild(element); break;
            case 1: parent.InsertAfter(element.CloneNode(deep: true), element); break;
            case 2: parent.ReplaceChild(copy.CreateElement("xyz", element.NamespaceURI), element); break;
            case 3: element.InnerXml = ""; break;
            case 4: parent.AppendChild(parent.RemoveChild(element)); break;
            case 5: element.AppendChild(copy.CreateTextNode("x")); break;
            case 6: element.SetAttribute("other", "1"); break;
            case 7: parent.PrependChild(parent.RemoveChild(element)); break;
            case 8: element.RemoveAllAttributes(); break;
            case 9: parent.ReplaceChild(copy.CreateElement(element.LocalName, "urn:other"), element); break;
            case 10: element.SetAttribute("type", Instance, Types[_choice.Next(Types.Length)]); break;
            case 11: element.SetAttribute("nil", Instance, "false"); break;
            case 12: One(all, "href", "nowhere"); break;
            case 13: One(all, "id", "a b"); break;
            case 14:
                XmlElement[] known = [.. all.Where(one => one.HasAttribute("id"))];
                if (known.Length > 0) One(all, "id", known[_choice.Next(known.Length)].GetAttribute("id"));
                break;
            case 15: parent.InsertBefore(all[_choice.Next(all.Length)].CloneNode(deep: true), element); break;
            case 16:
                XmlNode other = all[_choice.Next(all.Length)].CloneNode(deep: false);
                parent.ReplaceChild(other, element);
                other.InnerXml = element.InnerXml;
                break;
            default:
                XmlElement[] leaves = [.. all.Where(one => !one.ChildNodes.OfType<XmlElement>().Any())];
                leaves[_choice.Next(leaves.Length)].InnerText = Values[_choice.Next(Values.Length)];
                break;
        }

        return Encoding.UTF8.GetBytes(copy.OuterXml);
    }

    private void One(XmlElement[] all, string attribute, string value)
    {
        XmlElement[] with = [.. all.Where(one => one.HasAttribute(attribute))];
        if (with.Length > 0) with[_choice.Next(with.Length)].SetAttribute(attribute, value);
    }
}
