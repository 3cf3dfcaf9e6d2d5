using System.Text;
using Qbitel.Protocols.Iso20022.Schemas;

namespace Qbitel.Protocols.Tests.Iso20022;

/// <summary>Messages made from the facts of their schemas: valid, with what is optional drawn by the seed.</summary>
internal sealed class MxSamples(ulong seed)
{
    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["[A-Z]{3,3}"] = "EUR",
        ["[A-Z]{2,2}"] = "DE",
        ["[a-z]{2,2}"] = "de",
        ["[A-Z0-9]{4,4}[A-Z]{2,2}[A-Z0-9]{2,2}([A-Z0-9]{3,3}){0,1}"] = "QBITDEFF",
        ["[A-Z]{6,6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3,3}){0,1}"] = "QBITDEFFXXX",
        [@"\+[0-9]{1,3}-[0-9()+\-]{1,30}"] = "+49-(0)30",
        ["[A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}"] = "DE89370400440532013000",
        ["[a-zA-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}"] = "DE89370400440532013000",
        ["[0-9]{1,15}"] = "1",
        ["[a-zA-Z0-9]{4}"] = "aB12",
        ["[A-Z0-9]{18,18}[0-9]{2,2}"] = "529900T8BM49AURSDO55",
        ["[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}"] =
            "9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e",
        ["[0-9]{2}"] = "12",
        ["[0-9]{1,5}"] = "12345",
        ["[0-9]{1,3}"] = "123",
        ["[0-9]"] = "7",
        ["[0-9]{3}"] = "123",
        [@"[\+]{0,1}[0-9]{1,15}"] = "+15",
        ["[+]{0,1}[0-9]{1,15}"] = "+15",
        ["[0-9]{2,3}"] = "123",
        ["[0-9]{3,4}"] = "1234",
        ["[0-9]{8,28}"] = "12345678",
        ["[A-Z]{2,2}[A-Z0-9]{9,9}[0-9]{1,1}"] = "DE0001234565",
        ["[A-Z0-9]{12,12}"] = "ABCDEF123456",
        ["[a-zA-Z0-9]{1,30}"] = "x1",
        ["[0-9]{8,17}"] = "123456789",
        ["[a-zA-Z0-9]{1,4}"] = "a1",
        ["CH[0-9]{6,6}"] = "CH123456",
        ["[0-9]{9,9}"] = "123456789",
        ["[0-9]{13,13}"] = "1234567890123",
        ["[A-Z]{2,2}[B-DF-HJ-NP-TV-XZ0-9]{7,7}[0-9]{1,1}"] = "DEBCD12341",
        ["([0-9A-F][0-9A-F]){32}"] = new string('A', 64),
        ["[0-9a-fA-F]+"] = "0aF",
        ["[BEOVW]{1,1}[0-9]{2,2}|DUM"] = "DUM",
        [".*Z"] = "",
        ["[0-9]{4,4}"] = "1234",
    };

    private readonly MxMutation _choice = new(seed);

    public IEnumerable<byte[]> All(params string[] names) => names.Select(Make);

    public byte[] Make(string name)
    {
        MxSchema schema = MxSchema.Load(name);
        StringBuilder text = new();
        text.Append('<').Append(schema.Root).Append(" xmlns=\"").Append(schema.Namespace).Append("\">\n");
        Content(text, schema.RootComplex, 1);
        text.Append("</").Append(schema.Root).Append('>');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Content(StringBuilder text, MxComplexType type, int depth)
    {
        if (type.Arrangement == MxArrangement.Any)
        {
            text.Append("<x:any xmlns:x=\"").Append(type.AnyNamespace ?? "urn:x").Append("\"><x:y/>text</x:any>");
            return;
        }

        foreach (IGrouping<int, MxParticle> slot in type.Particles.GroupBy(particle => particle.Slot))
        {
            MxParticle[] particles = [.. slot];
            MxParticle particle = particles[_choice.Next(particles.Length)];
            int count = Math.Max(particle.Least, particle.IsAlternative ? 1 : 0);
            // The deeper, the less of what is optional.
            if (count < particle.Most && _choice.Next(2 + (depth * depth / 4)) == 0) count++;
            if (count > 0 && count < particle.Most && _choice.Next(8) == 0) count++;
            for (int i = 0; i < count; i++) Element(text, particle, depth);
        }
    }

    private void Element(StringBuilder text, MxParticle particle, int depth)
    {
        text.Append('<').Append(particle.Name);
        if (particle.Complex?.Amount is { } amount)
        {
            text.Append(' ').Append(amount.Attribute).Append("=\"").Append(Value(amount.Currency)).Append("\">")
                .Append(Value(amount.Value));
        }
        else if (particle.Complex is { } complex)
        {
            text.Append(">\n");
            Content(text, complex, depth + 1);
        }
        else
        {
            text.Append('>').Append(Value(particle.Simple!));
        }

        text.Append("</").Append(particle.Name).Append(">\n");
    }

    private string Value(MxSimpleType type)
    {
        string? Facet(string name) => type.Expected.Split(", ").FirstOrDefault(f => f.StartsWith(name + " ",
            StringComparison.Ordinal))?[(name.Length + 1)..];
        int codes = type.Expected.IndexOf("one of ", StringComparison.Ordinal);
        if (codes >= 0)
        {
            string[] values = type.Expected[(codes + 7)..].Split(", ");
            return values[_choice.Next(values.Length)];
        }

        return type.Base switch
        {
            "date" => "2026-11-28",
            "dateTime" => _choice.Next(2) == 0 || type.Pattern is not null ? "2026-11-28T09:30:00Z"
                : "2026-11-28T23:59:59.999+01:00",
            "time" => "09:30:00.5+01:00",
            "gYear" => "2026",
            "gYearMonth" => "2026-11",
            "boolean" => _choice.Next(2) == 0 ? "true" : "0",
            "decimal" => "1",
            "base64Binary" => "QUJD",
            _ when type.Expected.Contains("pattern", StringComparison.Ordinal) =>
                Patterns.GetValueOrDefault(PatternOf(type)) ?? throw new InvalidOperationException(type.Expected),
            _ => Text(int.Parse(Facet("minLength") ?? "1", null), int.Parse(Facet("maxLength") ?? "9", null)),
        };
    }

    private static string PatternOf(MxSimpleType type) =>
        type.Expected[(type.Expected.IndexOf("pattern ", StringComparison.Ordinal) + 8)..];

    private string Text(int least, int most)
    {
        int length = least + _choice.Next(Math.Min(most - least + 1, 12));
        const string Letters = "Aé &<x漢z9-";
        StringBuilder text = new();
        for (int i = 0; i < length; i++)
        {
            char c = Letters[_choice.Next(Letters.Length)];
            text.Append(c switch { '&' => "&amp;", '<' => "&#x3C;", _ => c.ToString() });
        }

        return text.ToString();
    }
}
