using Qbitel.Protocols.Fpml.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml;

/// <summary>Which versions are judged, by what, and what differs between them.</summary>
internal static class FpmlVersions
{
    public const string Latest = "5.13";

    // Elements and values by the version that brought them; see the table for the sources.
    private static readonly Lazy<(string Version, byte[] Name)[]> Later = new(() =>
        [.. DataTable.Lines("Fpml/versions.txt").Select(line => line.Split(' '))
            .Select(words => (words[0], System.Text.Encoding.ASCII.GetBytes(words[1])))]);

    public static FpmlSupport Of(FpmlView view, string? version)
    {
        if (view != FpmlView.Confirmation) return FpmlSupport.NotSupported;
        return version switch
        {
            null or Latest => FpmlSupport.Judged, // every version asks for its number
            "5.10" or "5.12" => FpmlSupport.JudgedByLater,
            _ => FpmlSupport.ReadOnly,
        };
    }

    public static void Report(int root, FpmlView view, string? version, FpmlSupport support, string space,
        MxFindings findings)
    {
        string stated = version is null ? "none" : Redaction.None.Mask(version);
        switch (support)
        {
            case FpmlSupport.NotSupported when view == FpmlView.Other:
                findings.Add("Fpml.VersionNotSupported", root,
                    "the namespace is of another generation of FpML; the document is read, not judged",
                    FpmlSchema.Namespace, Redaction.None.Mask(space));
                break;
            case FpmlSupport.NotSupported:
                findings.Add("Fpml.ViewNotSupported", root,
                    "the document is of another view, which is read and not judged",
                    "the confirmation view", $"the {view.ToString().ToLowerInvariant()} view");
                break;
            case FpmlSupport.ReadOnly:
                findings.Add("Fpml.ReadOnly", root,
                    "the document is read; there are no facts of its version to judge it by",
                    "version 5.10, 5.12 or 5.13", stated, severity: Severity.Info);
                break;
            case FpmlSupport.JudgedByLater:
                findings.Add("Fpml.Version", root, "the document is judged by the facts of a later version", Latest,
                    stated,
                    severity: Severity.Info);
                break;
            default: break;
        }
    }

    /// <summary>What a later version brought is not a document's of an earlier one.</summary>
    public static void Compare(MxText text, int root, string version, MxFindings findings)
    {
        foreach ((string since, byte[] name) in Later.Value)
        {
            if (string.CompareOrdinal(version, since) >= 0) continue;
            for (int node = root + 1; node < text.Nodes[root].Next; node++)
            {
                if (!text.Name(node).SequenceEqual(name)) continue;
                findings.Add("Fpml.LaterElement", node, "the element came with a later version than the document names",
                    $"version {since}", version, severity: Severity.Warning);
            }
        }
    }
}
