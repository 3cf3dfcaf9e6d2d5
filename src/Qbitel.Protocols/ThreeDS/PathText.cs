using System.Globalization;
using System.Text;
using Qbitel.Protocols.ThreeDS.Json;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>Where a value stands, as a JSON pointer (RFC 6901). A name that nobody knows is cut and masked.</summary>
internal static class PathText
{
    public static string Of(JsonParts parts, int part)
    {
        StringBuilder path = new();
        for (int at = 0; at != part;)
        {
            int index = 0, child = at + 1;
            while (child < parts[at].End && parts[child].End <= part)
            {
                child = parts[child].End;
                index++;
            }

            if (child >= parts[at].End) break;
            path.Append('/').Append(parts[at].IsArray ? index.ToString(CultureInfo.InvariantCulture)
                : Shown(parts.NameOf(parts[child])));
            at = child;
        }

        return path.Length == 0 ? "/" : path.ToString();
    }

    /// <summary>A name as a step of a path.</summary>
    public static string Shown(string name) => Redaction.None.Mask(name)
        .Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
