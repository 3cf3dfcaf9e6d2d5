using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation;

/// <summary>
/// Writes a message in another format: FIN in ISO 20022 and back, FAIM in ISO 20022, each value accounted for.
/// </summary>
/// <remarks>
/// Nothing is invented and nothing dropped in silence: <see cref="LossReport"/> lists every value of the source once.
/// A source that breaks a rule is refused, and so is a result that would.
/// </remarks>
public static class Translator
{
    /// <summary>The pairs that are translated, source first.</summary>
    public static IReadOnlyList<(string Source, string Target)> Supported { get; } =
        [.. Pair.All.Select(pair => (pair.Source, pair.Target)).Distinct()];

    /// <param name="source">One message; what it is, is found out.</param>
    /// <param name="target">
    /// A type as <see cref="Supported"/> names it, without its version, or <c>mx</c> or <c>mt</c>; null for the only
    /// one there is.
    /// </param>
    /// <param name="options">What to know besides; null for <see cref="TranslationOptions.Default"/>.</param>
    /// <exception cref="MessageFormatException">The source is no valid message, the pair is not supported, or the
    /// target cannot say what the source says.</exception>
    public static TranslatedMessage Translate(ReadOnlySpan<byte> source, string? target = null,
        TranslationOptions? options = null) =>
        TryTranslate(source, target, options, out TranslatedMessage translated, out ParseError error)
            ? translated : throw new MessageFormatException(error);

    public static bool TryTranslate(ReadOnlySpan<byte> source, string? target, TranslationOptions? options,
        out TranslatedMessage translated, out ParseError error)
    {
        translated = null!;
        Ledger ledger = new();
        if (Source.Read(source, ledger, out error) is not { } read) return false;

        if (Pair.All.FirstOrDefault(pair => pair.Fits(read) && pair.Gives(target)) is not { } chosen)
        {
            error = Unsupported(read.Type, target);
            return false;
        }

        try
        {
            translated = Finish(read, chosen.Run(read, options ?? TranslationOptions.Default), ledger);
        }
        catch (MessageFormatException refused)
        {
            error = refused.Error;
            return false;
        }

        return true;
    }

    private static TranslatedMessage Finish(Source source, Output output, Ledger ledger)
    {
        byte[] whole = output.Header is { } header
            ? TranslatedMessage.Envelope(header.Span, output.Document.Span) : output.Document.ToArray();
        ParseReport report = MessageParser.Parse(whole, output.Protocol);
        Diagnostic? wrong = report.Errors.FirstOrDefault() ?? (output.Protocol == "iso20022"
            ? Source.FaultOf(whole) : null);
        if (wrong is { } fault)
        {
            throw new MessageFormatException(new ParseError(new Diagnostic("Translation.Result", Severity.Error,
                $"the source says what {output.Type} cannot: {fault.Message}")
            {
                Offset = 0,
                Path = fault.Path,
                Field = fault.Field,
                Tag = fault.Tag,
                Expected = fault.Expected,
                Actual = fault.Actual,
            }));
        }

        return new TranslatedMessage(output.Document, output.Header, ledger.Close(source.Type, output.Type),
            output.Protocol, report.Findings);
    }

    private static ParseError Unsupported(string source, string? target)
    {
        string[] targets = [.. Supported.Where(pair => pair.Source == source).Select(pair => pair.Target)];
        return new ParseError(new Diagnostic("Translation.Unsupported", Severity.Error,
            targets.Length == 0 ? "messages of this type are not translated"
                : "this type is not translated to that one")
        {
            Offset = 0,
            Expected = targets.Length == 0
                ? string.Join(", ", Supported.Select(pair => $"{pair.Source} to {pair.Target}"))
                : string.Join(", ", targets),
            Actual = Redaction.None.Mask(target is null ? source : $"{source} to {target}"),
        });
    }
}
