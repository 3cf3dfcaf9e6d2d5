namespace Qbitel.Discovery.Emission;

/// <summary>What was generated for a protocol, what was withheld, and how it was tried.</summary>
public sealed record GeneratedAdapter
{
    /// <summary>The namespace's last word in the generated code.</summary>
    public required string ClassName { get; init; }

    public required IReadOnlyList<AdapterArtefact> Artefacts { get; init; }

    /// <summary>What is not given out, and why.</summary>
    public required IReadOnlyList<WithheldArtefact> Withheld { get; init; }

    public required IReadOnlyList<FieldMapping> FieldMappings { get; init; }

    public required AdapterAcceptance Acceptance { get; init; }

    /// <summary>
    /// How much there is to understand: one a field, two more where a length or count ties it, three more for a check
    /// value or a chain, and two a type.
    /// </summary>
    public required int ComplexityScore { get; init; }

    /// <summary>The score in its parts.</summary>
    public required string ComplexityExplained { get; init; }

    /// <summary>The generated code, ready to run; null where it is withheld.</summary>
    internal CompiledCodec? Compile()
    {
        string[] sources = [.. Artefacts
            .Where(a => a.Target is "csharp" or ProtocolAdapterGenerator.Iso20022).Select(a => a.Content)];
        return sources.Length > 0 && CompiledCodec.TryCompile($"Qbitel.Adapters.{ClassName}", sources,
            out CompiledCodec codec, out _) ? codec : null;
    }
}

/// <summary>A generated file.</summary>
/// <param name="Target"><c>csharp</c>, <c>ksy</c>, <c>lua</c>, <c>spec</c>, <c>markdown</c>, <c>tests</c> or
/// <c>iso20022</c>.</param>
/// <param name="FileName">Without a folder.</param>
/// <param name="Content">Its text.</param>
public sealed record AdapterArtefact(string Target, string FileName, string Content);

/// <summary>A file that is not given out.</summary>
public sealed record WithheldArtefact(string Target, string Reason);

/// <summary>A field of the protocol and where the internal banking format carries it.</summary>
public sealed record FieldMapping(string Type, string Source, string Target, string Semantic, double Confidence);

/// <summary>How generated code did on messages that the layout was not learnt from.</summary>
/// <param name="HeldBack">One message in five.</param>
/// <param name="Read">Of those, what the generated parser reads.</param>
/// <param name="Rebuilt">Of those, what it writes back byte for byte, and the adapter too.</param>
/// <param name="Corrupted">Held-back messages with one bit of a length, count or check value changed.</param>
/// <param name="Refused">Of those, what it refuses.</param>
public sealed record AdapterAcceptance(int HeldBack, int Read, int Rebuilt, int Corrupted, int Refused);
