using System.CommandLine;
using System.Globalization;
using Qbitel.Messages;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Commands;

/// <summary>How messages are read and judged: the same options for every command that reads them.</summary>
internal sealed class ReadingOptions
{
    private const string Day = "yyyy-MM-dd";

    public ReadingOptions()
    {
        Protocol.CompletionSources.Add(_ => MessageIdentifier.Protocols);
        Protocol.Validators.Add(result =>
        {
            if (result.Tokens is [var name]
                && !MessageIdentifier.Protocols.Contains(name.Value, StringComparer.Ordinal))
            {
                result.AddError($"'{name.Value}' is no protocol known here. Known: "
                    + $"{string.Join(", ", MessageIdentifier.Protocols)}.");
            }
        });
        Profile.CompletionSources.Add(context => Known(context.ParseResult.GetValue(Protocol)));
        Archive.Validators.Add(result =>
        {
            if (result.GetValue(Archive) && result.GetValue(Strict))
                result.AddError("--strict and --archive are opposites.");
        });
    }

    public Option<string?> Protocol { get; } = new("--protocol")
    {
        Description = "Read it as this protocol, instead of finding out",
        HelpName = "NAME",
    };

    public Option<string?> Profile { get; } = new("--profile")
    {
        Description =
            "Judge it by this profile of its protocol, which 'qbitel parse --list-profiles' names, or by the one "
            + "for ISO 8583 in a .json file",
        HelpName = "NAME|FILE",
    };

    public Option<bool> Strict { get; } = new("--strict")
    {
        Description = "Make errors of deviations that everyone tolerates",
    };

    public Option<bool> Archive { get; } = new("--archive")
    {
        Description = "Only note what was withdrawn since and was valid in its day",
    };

    public Option<DateOnly?> AsOf { get; } = new("--as-of")
    {
        Description = "Judge it by the rules of this day [default: today]",
        HelpName = "YYYY-MM-DD",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
                return day;
            result.AddError($"'{text}' is no day: write it as 2026-11-14.");
            return null;
        },
    };

    /// <exception cref="MisusedException">There is no such file.</exception>
    /// <exception cref="RefusedException">It holds no layout.</exception>
    public static Layout ReadLayout(string path)
    {
        if (!File.Exists(path)) throw new MisusedException($"There is no file '{path}'.");
        Layout? layout = null;
        string? error = $"it is larger than {LayoutSpec.MaxSize >> 20} MiB";
        if (new FileInfo(path).Length <= LayoutSpec.MaxSize
            && LayoutSpec.TryRead(File.ReadAllText(path), out layout, out error))
        {
            return layout;
        }

        throw new RefusedException($"{path} is no layout: {error}.",
            "'qbitel adapter generate --target spec' writes layouts.");
    }

    /// <summary>The protocol that was named; a profile in a file says it as well.</summary>
    public string? ProtocolOf(ParseResult line, ParseOptions options) =>
        line.GetValue(Protocol) ?? (options.OwnProfile.IsEmpty ? null : "iso8583");

    /// <exception cref="MisusedException">There is no such file of a profile.</exception>
    /// <exception cref="RefusedException">The file holds none.</exception>
    public ParseOptions Options(ParseResult line) => new()
    {
        Profile = OwnProfile.IsFile(line.GetValue(Profile)) ? null : line.GetValue(Profile),
        OwnProfile = OwnProfile.IsFile(line.GetValue(Profile)) ? OwnProfile.Read(line.GetValue(Profile)!) : default,
        Mode = line.GetValue(Strict) ? ParseMode.Strict : line.GetValue(Archive) ? ParseMode.Archive
            : ParseMode.Lenient,
        AsOf = line.GetValue(AsOf) ?? DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
    };

    /// <summary>Before anything is read: the profile is one of the protocol, or of any.</summary>
    /// <exception cref="MisusedException">It is not.</exception>
    public static void RequireProfile(string? protocol, ParseOptions options)
    {
        if (!options.OwnProfile.IsEmpty && protocol != "iso8583")
            throw new MisusedException($"{protocol} has no profiles in files: only iso8583 has.");
        if (options.Profile is not { } name) return;
        IEnumerable<string> known = Known(protocol);
        if (known.Contains(name, StringComparer.Ordinal)) return;

        string names = string.Join(", ", known);
        throw new MisusedException($"{protocol ?? "No protocol"} has {(protocol is null ? "a" : "no")} profile {name}"
            + (names.Length > 0 ? $". Known: {names}." : "."));
    }

    /// <exception cref="MisusedException">The message is of a protocol that does not have the profile.</exception>
    public static ParseReport Parse(ReadOnlySpan<byte> bytes, string? protocol, ParseOptions options)
    {
        try
        {
            return MessageParser.Parse(bytes, protocol, options);
        }
        catch (ArgumentException unknown)
        {
            throw new MisusedException(unknown.Message, unknown);
        }
    }

    private static IEnumerable<string> Known(string? protocol) => MessageIdentifier.Protocols
        .Where(each => protocol is null || each == protocol)
        .SelectMany(each => MessageParser.Profiles(each)).Select(profile =>
            profile.Name).Distinct(StringComparer.Ordinal);
}
