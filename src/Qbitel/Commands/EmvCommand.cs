using System.CommandLine;
using System.Globalization;
using System.Text;
using Qbitel.KeyFiles;
using Qbitel.Messages;
using Qbitel.Protocols;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Views;
using Qbitel.Protocols.Identification;

namespace Qbitel.Commands;

/// <summary>Data of chip cards in words.</summary>
internal static class EmvCommand
{
    public static Command Create(GlobalOptions global)
    {
        Command command = new("emv", "Chip cards' data objects, commands and responses in words.");
        command.Add(Decode(global));
        return command;
    }

    private static Verb Decode(GlobalOptions global)
    {
        Argument<string> data = new("DATA")
        {
            Description = "Data objects in hexadecimal, or a file of them or of commands and responses; - reads "
                + "standard input",
        };
        Option<uint?> tag = new("--tag")
        {
            Description = "DATA is the value of this tag alone",
            HelpName = "HEX",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number))
                    return number;
                result.AddError($"'{text}' is no tag: write it as 95 or 9F26.");
                return null;
            },
        };
        Option<EmvScheme> scheme = new("--scheme")
        {
            Description = "Whose application it is [default: told by the data]",
            HelpName = "NAME",
        };
        Option<string?> html = new("--html")
        {
            Description = "Write the bytes beside their meaning as a page of its own into FILE",
            HelpName = "FILE",
        };
        Option<bool> strict = new("--strict") { Description = "Make errors of deviations that everyone tolerates" };
        Option<bool> force = new("--force") { Description = "Replace the page that is there" };

        Verb verb = new("decode",
            "Say what data objects and traces of chip cards hold, bit by bit. Exit 1 when they cannot be read.",
            new("qbitel emv decode 9F2701809F36020001", "a tree of tags, values and words"),
            new("qbitel emv decode trace.txt", "every command and response of a trace"),
            new("qbitel emv decode --tag 95 8000008000", "one value"),
            new("qbitel emv decode field55.hex --html field55.html", "as a page, for a browser or a printer"))
        {
            data, tag, scheme, html, strict, force,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string given = line.GetRequiredValue(data);
            bool isFile = given == Input.StandardInput || File.Exists(given);
            byte[] bytes = isFile ? await Input.ReadAsync(given, cancellation) : Digits(given);
            ParseOptions options = new() { Mode = line.GetValue(strict) ? ParseMode.Strict : ParseMode.Lenient };
            EmvDocument document = line.GetValue(tag) is { } single
                ? EmvDecoder.DecodeValue(single, bytes, line.GetValue(scheme))
                : EmvDecoder.Decode(bytes, options, line.GetValue(scheme));
            if (line.GetValue(html) is { } page)
            {
                if (line.GetValue(tag) is not null)
                    throw new MisusedException("A page is of data objects, not of one value.");
                string name = isFile && given != Input.StandardInput ? Path.GetFileName(given) : document.Kind;
                ParseReport report = MessageParser.Parse(bytes, document.Kind, options);
                string text = ExplainedPage.Of(ExplainedMessage.Of(name, bytes, report, options));
                await SafeFile.WriteAsync(page, Encoding.UTF8.GetBytes(text), SafeFile.Ordinary, line.GetValue(force),
                    cancellation);
            }

            output.Document(document.ToJson, console => EmvTree.Write(document, console));
            return document.IsValid ? ExitCode.Done : ExitCode.Refused;
        });
    }

    // What is neither a file nor digits is a wrong name more likely than wrong data; it is not repeated, since it may
    // be
    // data all the same.
    private static byte[] Digits(string given)
    {
        bool isHex = given.All(c => char.IsAsciiHexDigit(c) || c is ' ' or ':' or '-');
        return isHex ? Encoding.ASCII.GetBytes(given)
            : throw new MisusedException("There is no such file, and it is not hexadecimal digits.");
    }
}
