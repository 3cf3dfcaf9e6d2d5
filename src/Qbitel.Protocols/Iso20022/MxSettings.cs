using System.Globalization;
using Qbitel.Protocols.Iso20022.Schemas;

namespace Qbitel.Protocols.Iso20022;

/// <summary>
/// Makes ISO 20022 messages of settings named by path, with or without <c>/Document</c>; a currency is set at
/// <c>…/@Ccy</c> or stands before the amount.
/// </summary>
internal static class MxSettings
{
    private const int MostSlots = 5000, Deepest = 16;
    private const string Currency = "/@Ccy";

    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        if (!MxSchema.TryLoad(type, out MxSchema schema)) return [];
        List<MessageSlot> slots = [];
        Add(schema.RootComplex, "", isRequired: true, []);
        return slots;

        void Add(MxComplexType complex, string path, bool isRequired, HashSet<string> within)
        {
            foreach (MxParticle particle in complex.Particles)
            {
                if (slots.Count >= MostSlots) return;
                string own = path + particle.Name + (particle.Most > 1 ? "[1]" : "");
                bool needed = isRequired && particle.Least > 0
                    && (complex.Arrangement != MxArrangement.Choice || particle == complex.Particles[0]);
                if (particle.Complex is { } inner && inner.Amount is { } amount)
                {
                    slots.Add(new MessageSlot(own, null, amount.Value.Expected, needed));
                    slots.Add(new MessageSlot(own + Currency, null, amount.Currency.Expected, needed));
                }
                else if (particle.Complex is { } nested)
                {
                    // A type may hold itself.
                    if (within.Count >= Deepest || !within.Add(nested.Name)) continue;
                    Add(nested, own + "/", needed, within);
                    within.Remove(nested.Name);
                }
                else if (particle.Simple is { } simple)
                {
                    slots.Add(new MessageSlot(own, null, simple.Expected, needed));
                }
            }
        }
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, List<Diagnostic> wrong)
    {
        if (!MxSchema.TryLoad(type, out _))
        {
            wrong.Add(Wrong("Build.Type", "the tables have no such message", "type", "a type such as pacs.008.001.08"));
            return null;
        }

        MxDraft draft = new(type);
        Dictionary<string, string> currencies = new(StringComparer.Ordinal);
        foreach (MessageSetting setting in settings)
        {
            if (setting.Path.EndsWith(Currency, StringComparison.Ordinal))
                currencies[Below(setting.Path[..^Currency.Length])] = setting.Value;
        }

        foreach (MessageSetting setting in settings)
        {
            if (setting.Path.EndsWith(Currency, StringComparison.Ordinal)) continue;
            string path = Below(setting.Path), value = setting.Value;
            string? currency = currencies.GetValueOrDefault(path);
            bool isMoney = currency is null && value.Length > 4 && value[3] == ' '
                && !value.AsSpan(0, 3).ContainsAnyExceptInRange('A', 'Z')
                && decimal.TryParse(value.AsSpan(4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                    out _);
            try
            {
                if (currency is not null) draft.Set(path, value, currency);
                else if (isMoney) draft.Set(path, value[4..], value[..3]);
                else draft.Set(path, value);
            }
            catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
            {
                wrong.Add(Wrong("Build.Path", "the message has no such element", setting.Path,
                    "a path of elements below Document, repetitions as [2]"));
            }
        }

        if (wrong.Count > 0) return null;
        try
        {
            return draft.ToBytes();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            wrong.Add(Wrong("Build.Value", "a value holds a character that XML cannot", "/Document", "text"));
            return null;
        }
    }

    private static string Below(string path)
    {
        string below = path.TrimStart('/');
        return below.StartsWith("Document/", StringComparison.Ordinal) ? below["Document/".Length..] : below;
    }

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };
}
