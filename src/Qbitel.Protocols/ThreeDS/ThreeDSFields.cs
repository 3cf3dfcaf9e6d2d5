using System.Globalization;
using Qbitel.Protocols.ThreeDS.Json;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>The values of a message one by one, with what the table knows of each.</summary>
internal static class ThreeDSFields
{
    public static List<ThreeDSField> Of(ThreeDSMessage message, int limit = int.MaxValue)
    {
        List<ThreeDSField> fields = [];
        // What is of no type or version known is still masked as what its name says.
        FieldScope? scope = message.Kind is { } kind && message.VersionNumber >= 0
            ? FieldTable.Scope(kind, message.VersionNumber) : null;
        Add(message.Parts, 0, "", scope, null, Redaction.None, fields, limit);
        return fields;
    }

    private static void Add(JsonParts parts, int part, string path, FieldScope? scope, FieldRule? rule,
        Redaction outer, List<ThreeDSField> fields, int limit)
    {
        if (fields.Count >= limit) return;
        JsonPart value = parts[part];
        if (!value.IsObject && !value.IsArray)
        {
            int quote = value.IsString ? 1 : 0;
            fields.Add(new ThreeDSField(path, value.Offset + quote, value.Length - (2 * quote))
            {
                Value = parts.ValueOf(value),
                Start = rule is null ? value.Offset : value.Start, // a name that is not known is looked at by itself
                End = value.Offset + value.Length,
                Redaction = outer,
                Label = rule?.Label,
            });
            return;
        }

        int index = 0;
        for (int i = part + 1; i < value.End && fields.Count < limit; i = parts[i].End, index++)
        {
            if (value.IsArray)
            {
                string entry = $"{path}/{index.ToString(CultureInfo.InvariantCulture)}";
                Add(parts, i, entry, scope, rule, outer, fields, limit);
                continue;
            }

            string name = parts.NameOf(parts[i]);
            FieldRule? own = scope?.Find(name) ?? (path.Length == 0 ? FieldTable.Named(name) : FieldTable.Nested(name));
            Redaction redaction = own is not null && own.Redaction != Redaction.None ? own.Redaction
                : own is null && outer == Redaction.None ? Redaction.Text : outer;
            Add(parts, i, $"{path}/{PathText.Shown(name)}", own is null ? null : scope?.Inside(own), own, redaction,
                fields, limit);
        }
    }
}
