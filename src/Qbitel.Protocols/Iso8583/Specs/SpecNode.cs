using System.Text;
using System.Text.Json;

namespace Qbitel.Protocols.Iso8583.Specs;

/// <summary>A value of a JSON file that remembers where it stands, so that a person is told the line.</summary>
internal sealed class SpecNode
{
    private SpecNode(string path, int offset)
    {
        Path = path;
        Offset = offset;
    }

    /// <summary>Where in the file's tree.</summary>
    public string Path { get; }

    /// <summary>Its first byte.</summary>
    public int Offset { get; }

    public JsonTokenType Kind { get; private init; }

    /// <summary>The value of a text.</summary>
    public string? Text { get; private init; }

    /// <summary>The value of a whole number.</summary>
    public int? Number { get; private init; }

    /// <summary>The members of an object, in their order; a name may stand twice.</summary>
    public List<KeyValuePair<string, SpecNode>> Members { get; } = [];

    /// <summary>The values of an array.</summary>
    public List<SpecNode> Items { get; } = [];

    public SpecNode? Find(string name)
    {
        foreach ((string each, SpecNode node) in Members) if (each == name) return node;
        return null;
    }

    /// <summary>Reads a file: comments and commas before an end are let pass.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static SpecNode Read(ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> mark = Encoding.UTF8.Preamble;
        int skipped = json.StartsWith(mark) ? mark.Length : 0;
        Utf8JsonReader reader = new(json[skipped..], new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        });
        reader.Read();
        SpecNode root = Read(ref reader, "", skipped);
        reader.Read();
        return root;
    }

    private static SpecNode Read(ref Utf8JsonReader reader, string path, int skipped)
    {
        int offset = skipped + (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                SpecNode holder = new(path, offset) { Kind = JsonTokenType.StartObject };
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    string name = reader.GetString()!;
                    reader.Read();
                    holder.Members.Add(new(name, Read(ref reader, $"{path}/{name}", skipped)));
                }

                return holder;
            case JsonTokenType.StartArray:
                SpecNode list = new(path, offset) { Kind = JsonTokenType.StartArray };
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Items.Add(Read(ref reader, $"{path}[{list.Items.Count + 1}]", skipped));
                return list;
            case JsonTokenType.String:
                return new SpecNode(path, offset) { Kind = JsonTokenType.String, Text = reader.GetString() };
            case JsonTokenType.Number:
                return new SpecNode(path, offset)
                {
                    Kind = JsonTokenType.Number,
                    Number = reader.TryGetInt32(out int number) ? number : null,
                };
            default:
                return new SpecNode(path, offset) { Kind = reader.TokenType };
        }
    }
}
