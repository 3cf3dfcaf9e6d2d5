using System.Globalization;
using System.Text;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix.Settings;

/// <summary>Makes FIX messages of settings named by tag or name; entries of a group hang on the field that counts
/// them.</summary>
internal static class FixSettings
{
    private static readonly int[] HeaderFirst = [35, 1128, 1156, 1129, 49, 56, 34, 52];

    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        // FIX 4.4 where it has the type, otherwise FIX 5.0 SP2.
        FixDictionary dictionary = FixProfile.Standard.DictionaryOf(FixVersion.Fix44, null)!;
        if (dictionary.Message(type) is null)
        {
            dictionary = FixProfile.Standard.DictionaryOf(FixVersion.Fixt11, FixApplication.Fix50SP2)!;
        }

        if (dictionary.Message(type) is not { } message) return [];

        List<MessageSlot> slots = [];
        Add(dictionary.Header.All, "");
        Add(message.Body, "");
        return slots;

        void Add(IEnumerable<FixMember> members, string path)
        {
            foreach (FixMember member in members)
            {
                if (member.Tag is 8 or 9 or 10 or 35 || dictionary.Field(member.Tag) is not { } field) continue;
                string own = path + member.Tag.ToString(CultureInfo.InvariantCulture);
                if (member.Group is { } group)
                {
                    Add(group.All, own + "[1]/");
                    continue;
                }

                slots.Add(new MessageSlot(own, field.Name, field.Codes.Length == 0 ? field.Type.ToString()
                    : $"one of {string.Join(", ", field.Codes)}",
                    member.Required && path.Length == 0 && member.Tag != 52));
            }
        }
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong)
    {
        string named = settings.FirstOrDefault(setting => setting.Path is "8" or "BeginString")?.Value ?? "FIX.4.4";
        if (!FixVersion.TryParseName(named, out FixVersion version, out FixApplication? application)
            || (FixProfile.Standard.DictionaryOf(version, application)) is not { } dictionary)
        {
            wrong.Add(Wrong("Fix.NoDictionary", "the rules of the version are not carried", "8",
                "FIX.4.2, FIX.4.4, FIX.5.0, FIX.5.0SP1 or FIX.5.0SP2"));
            return null;
        }

        FixDraft draft = new(version);
        List<(int[] Path, int[] Entries, MessageSetting Setting)> fields = [];
        foreach (MessageSetting setting in settings)
        {
            if (setting.Path is "8" or "BeginString") continue;
            if (Resolve(setting.Path, dictionary) is { } path)
            {
                fields.Add((path.Tags, path.Entries, setting));
            }
            else
            {
                wrong.Add(Wrong("Build.Path", "the version has no such field", setting.Path,
                    "a tag or the name of a field"));
            }
        }

        if (!fields.Exists(field => field.Path is [35])) fields.Add(([35], [0], new MessageSetting("35", type)));
        if (!fields.Exists(field => field.Path is [52]))
        {
            fields.Add(([52], [0], new MessageSetting("52",
                now.UtcDateTime.ToString("yyyyMMdd-HH:mm:ss.fff", CultureInfo.InvariantCulture))));
        }

        if (application is { } spoken && !fields.Exists(field => field.Path is [1128] or [1137]))
        {
            string number = ((int)spoken).ToString(CultureInfo.InvariantCulture);
            int tag = type == "A" ? 1137 : 1128;
            fields.Add(([tag], [0], new MessageSetting($"{tag}", number)));
        }

        // Standard header first, in its order; the rest as it was set.
        int Place(int tag) => Array.IndexOf(HeaderFirst, tag) is >= 0 and var first ? first
            : dictionary.Header.PlaceOf(tag) is >= 0 and var place ? HeaderFirst.Length + place : int.MaxValue;
        var ordered = fields.OrderBy(field => Place(field.Path[0])).ToList();
        HashSet<string> counted = new(StringComparer.Ordinal);
        foreach ((int[] path, int[] entries, MessageSetting setting) in ordered)
        {
            string prefix = "";
            for (int i = 0; i < path.Length - 1; i++)
            {
                string group = $"{prefix}{path[i]}";
                if (counted.Add(group))
                {
                    int depth = i;
                    int count = ordered.Where(other => other.Path.Length > depth + 1 && other.Path[depth] == path[depth]
                        && other.Path.AsSpan(0, depth).SequenceEqual(path.AsSpan(0, depth))
                        && other.Entries.AsSpan(0, depth).SequenceEqual(entries.AsSpan(0, depth))).Max(other =>
                            other.Entries[depth]);
                    draft.Set(path[i], count.ToString(CultureInfo.InvariantCulture));
                }

                prefix = $"{group}[{entries[i]}]/";
            }

            Set(draft, path[^1], setting, wrong);
        }

        return wrong.Count > 0 ? null : draft.Build(allowInvalid: true).ToBytes();
    }

    private static void Set(FixDraft draft, int tag, MessageSetting setting, List<Diagnostic> wrong)
    {
        try
        {
            if (FixDataFields.DataTagOf(tag) != 0) return; // a length follows its data
            if (FixDataFields.LengthTagOf(tag) is > 0 and int length)
                draft.SetData(length, Encoding.Latin1.GetBytes(setting.Value));
            else draft.Set(tag, setting.Value);
        }
        catch (ArgumentException)
        {
            wrong.Add(Wrong("Build.Value", "the value cannot stand in a field", setting.Path,
                "at least one character of Latin-1 and no SOH; 9 and 10 are computed"));
        }
    }

    // NoPartyIDs[2]/PartyID, 453[2]/448: the tags on the way, and which entry of each group.
    private static (int[] Tags, int[] Entries)? Resolve(string path, FixDictionary dictionary)
    {
        string[] steps = path.Split('/');
        int[] tags = new int[steps.Length], entries = new int[steps.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            int bracket = steps[i].IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? steps[i] : steps[i][..bracket];
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out tags[i]))
            {
                if (dictionary.Field(name) is not { } field) return null;
                tags[i] = field.Tag;
            }

            if (tags[i] <= 0 || (bracket >= 0) != (i < steps.Length - 1)) return null;
            if (bracket >= 0 && (!steps[i].EndsWith(']') || !int.TryParse(steps[i].AsSpan(bracket + 1,
                steps[i].Length - bracket - 2), NumberStyles.None, CultureInfo.InvariantCulture, out entries[i])
                || entries[i] is < 1 or > 10_000))
            {
                return null;
            }
        }

        return (tags, entries);
    }

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };
}
