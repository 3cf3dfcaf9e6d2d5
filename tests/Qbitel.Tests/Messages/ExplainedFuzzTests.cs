using System.Text;
using Qbitel.Demo;
using Qbitel.Messages;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;

namespace Qbitel.Tests.Messages;

/// <summary>Explanations of damaged messages: none fails, none shows what is covered, none acts on a
/// terminal.</summary>
public sealed class ExplainedFuzzTests
{
    // Long enough that damage elsewhere leaves them whole, and in fields that are covered wherever they are read.
    private static readonly string[] Secrets = ["DEMO MANUFACTURING GMBH", "370400440532013000", "HAFENSTRASSE 12"];

    private static byte[][] Samples => [DemoMessages.Mt103(), DemoMessages.Pacs008(), DemoMessages.Iso8583(7,
        response: false),
        "8=FIX.4.4\u00019=5\u000135=0\u000110=161\u0001"u8.ToArray()];

    [Fact]
    public void However_a_message_is_damaged_it_is_explained_in_text_and_as_a_page()
    {
        Random random = new(20261128); // the same damage each time
        for (int i = 0; i < 600; i++)
        {
            byte[] bytes = [.. Samples[i % Samples.Length]];
            if (i % 3 == 0) bytes = bytes[..random.Next(bytes.Length)];
            for (int changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (i % 7 == 0) random.NextBytes(bytes);

            (string text, string page) = Explain(bytes);

            Assert.DoesNotContain('\e', text);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_covered_in_a_whole_message_is_in_no_explanation()
    {
        foreach (byte[] sample in Samples)
        {
            (string text, string page) = Explain(sample);
            foreach (string secret in Secrets)
            {
                Assert.DoesNotContain(secret, text.ToUpperInvariant(), StringComparison.Ordinal);
                Assert.DoesNotContain(secret, page.ToUpperInvariant(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Text_of_a_message_is_text_on_the_page()
    {
        byte[] message = Encoding.Latin1.GetBytes("8=FIX.4.4|9=5|35=<script>alert(1)</script>\"'&|10=000|"
            .Replace('|', '\u0001'));
        (_, string page) = Explain(message);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_byte_is_in_one_part_or_is_white_space()
    {
        foreach (byte[] sample in Samples)
        {
            ExplainedMessage message = ExplainedMessage.Of("sample", sample, MessageParser.Parse(sample),
                ParseOptions.Default);
            int at = 0;
            foreach (ExplainedPart part in message.Parts.Where(part => !part.IsNested))
            {
                Assert.False(sample.AsSpan(at, part.Offset - at).ContainsAnyExcept(" \t\r\n"u8));
                at = part.End;
            }

            Assert.False(sample.AsSpan(at).ContainsAnyExcept(" \t\r\n"u8));
        }
    }

    private static (string Text, string Page) Explain(byte[] bytes)
    {
        ExplainedMessage message = ExplainedMessage.Of("sample", bytes, MessageParser.Parse(bytes),
            ParseOptions.Default);
        StringWriter text = new();
        ExplainedText.Write(message, PeopleConsole.For(text));
        return (text.ToString(), ExplainedPage.Of(message));
    }
}
