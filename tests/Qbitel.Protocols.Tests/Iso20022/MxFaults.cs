using System.Text;
using System.Xml;

namespace Qbitel.Protocols.Tests.Iso20022;

/// <summary>Single faults in a well-formed text: one element changed in one way.</summary>
internal sealed class MxFaults(ulong seed)
{
    private static readonly string[] Values =
    [
        "", " ", "x", "0", "-1", "1.5", "1.123456", "123456789012345678901", "+1", "1e3", "NaN", "true", "TRUE",
        "2026-02-29", "2026-11-28", "2026-11-28T10:00:00", "2026-11-28T25:00:00", "10:00:00", "2026", "2026-11",
        "EUR", "eur", "QBITDEFF", "QBITDEFFXX", "äöü", " EUR ", "\nDEBT", "AAAA", "QUJD", "QUI", "12:00",
        "2026-11-28T10:00:00.1234567+14:00", "2026-11-28T10:00:00Z", "2026-13-01", "00000000000000000001", ".5", "5.",
        "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore",
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

        switch (_choice.Next(14))
        {
            case 0: parent.RemoveChild(element); break;
            case 1: parent.InsertAfter(element.CloneNode(deep: true), element); break;
            case 2: parent.ReplaceChild(copy.CreateElement("Xyz", element.NamespaceURI), element); break;
            case 3: element.InnerXml = ""; break;
            case 4: parent.AppendChild(parent.RemoveChild(element)); break;
            case 5: element.AppendChild(copy.CreateTextNode("x")); break;
            case 6: element.SetAttribute("other", "1"); break;
            case 7: element.InnerText = new string('A', 1 + _choice.Next(200)); break;
            case 8: parent.PrependChild(parent.RemoveChild(element)); break;
            case 9: element.RemoveAllAttributes(); break;
            case 10: element.SetAttribute("Ccy", Values[_choice.Next(Values.Length)]); break;
            case 11: parent.ReplaceChild(copy.CreateElement(element.LocalName, "urn:other"), element); break;
            default:
                XmlElement[] leaves = [.. all.Where(one => !one.ChildNodes.OfType<XmlElement>().Any())];
                leaves[_choice.Next(leaves.Length)].InnerText = Values[_choice.Next(Values.Length)];
                break;
        }

        return Encoding.UTF8.GetBytes(copy.OuterXml);
    }
}
