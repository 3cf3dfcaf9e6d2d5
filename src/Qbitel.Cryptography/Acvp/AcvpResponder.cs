using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Qbitel.Cryptography.Acvp;

/// <summary>
/// Answers a vector set of NIST's Automated Cryptographic Validation Protocol, as the implementation under test.
/// </summary>
/// <remarks>
/// Results that the input holds already are ignored. A case whose input is malformed (a wrong length, a key out of
/// range, a context that is too long) is answered <c>{"tcId": n, "testPassed": false}</c>, and the next one is taken.
/// </remarks>
public static class AcvpResponder
{
    // A mode takes a case and gives the fields of its answer.
    private delegate JsonObject Mode(AcvpCase test);

    private static readonly Dictionary<(string Algorithm, string Mode), Mode> Modes = new()
    {
        [("ML-KEM", "keyGen")] = MLKemModes.KeyGen,
        [("ML-KEM", "encapDecap")] = MLKemModes.EncapDecap,
        [("ML-DSA", "keyGen")] = MLDsaModes.KeyGen,
        [("ML-DSA", "sigGen")] = MLDsaModes.SigGen,
        [("ML-DSA", "sigVer")] = MLDsaModes.SigVer,
        [("SLH-DSA", "keyGen")] = SlhDsaModes.KeyGen,
        [("SLH-DSA", "sigGen")] = SlhDsaModes.SigGen,
        [("SLH-DSA", "sigVer")] = SlhDsaModes.SigVer,
        [("Composite-ML-DSA", "sigVer")] = CompositeModes.SigVer,
        [("Falcon", "sigVer")] = FalconModes.SigVer,
        [("EDDSA", "sigVer")] = ClassicalModes.EddsaSigVer,
        [("XECDH", "SSC")] = ClassicalModes.XecdhSsc,
    };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>
    /// The response to a vector set: the set itself, or the array of a version and the set in which servers send it.
    /// </summary>
    /// <exception cref="AcvpException">
    /// The input is not JSON, is no vector set, or is of an algorithm or mode that is not ours.
    /// </exception>
    public static string Respond(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            JsonElement root = document.RootElement;
            return Respond(root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 2 ? root[1] : root);
        }
        catch (JsonException e) when (e.LineNumber is null)
        {
            throw new AcvpException($"The vector set is not JSON without ambiguity: {e.Message}", e);
        }
        catch (JsonException e)
        {
            string place = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            throw new AcvpException($"The vector set is not JSON: {place}.", e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // In a name, or escaped.
            throw new AcvpException("The vector set holds half of a surrogate pair, which is no text.", e);
        }
    }

    private static string Respond(JsonElement set)
    {
        if (set.ValueKind != JsonValueKind.Object)
            throw new AcvpException("The input is no vector set: an object, or an array of a version and an object.");

        string algorithm = Name(set, "algorithm"), name = Name(set, "mode");
        if (!Modes.TryGetValue((algorithm, name), out Mode? mode))
        {
            string known = string.Join(", ", Modes.Keys.Select(k => $"{k.Algorithm} {k.Mode}"));
            throw new AcvpException($"No answers for algorithm '{algorithm}', mode '{name}'. Known: {known}.");
        }

        using MemoryStream output = new();
        using (Utf8JsonWriter writer = new(output, Indented))
        {
            writer.WriteStartObject();
            foreach (string field in (ReadOnlySpan<string>)["vsId", "algorithm", "mode", "revision", "isSample"])
                Echo(writer, set, field);
            writer.WriteStartArray("testGroups");
            int groupIndex = 0;
            foreach (JsonElement group in Array(set, "testGroups", "testGroups"))
            {
                string path = $"testGroups[{groupIndex++}].tests";
                JsonElement.ArrayEnumerator tests = Array(group, "tests", path);
                writer.WriteStartObject();
                Echo(writer, group, "tgId");
                writer.WriteStartArray("tests");
                int testIndex = 0;
                foreach (JsonElement test in tests) Answer(writer, mode, group, test, $"{path}[{testIndex++}]");
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.GetBuffer().AsSpan(0, (int)output.Length));
    }

    private static void Answer(Utf8JsonWriter writer, Mode mode, JsonElement group, JsonElement test, string path)
    {
        if (test.ValueKind != JsonValueKind.Object || !test.TryGetProperty("tcId", out _))
            throw new AcvpException($"{path} must be an object with a 'tcId'.");

        JsonObject answer;
        try
        {
            answer = mode(new AcvpCase(group, test));
        }
        catch (Exception e)
            when (e is FormatException or CryptographicException or ArgumentException or InvalidOperationException)
        {
            answer = new JsonObject { ["testPassed"] = false };
        }

        writer.WriteStartObject();
        Echo(writer, test, "tcId");
        foreach ((string field, JsonNode? value) in answer)
        {
            writer.WritePropertyName(field);
            value!.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void Echo(Utf8JsonWriter writer, JsonElement source, string field)
    {
        if (!source.TryGetProperty(field, out JsonElement value)) return;

        writer.WritePropertyName(field);
        value.WriteTo(writer);
    }

    private static string Name(JsonElement set, string field) =>
        set.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new AcvpException($"The vector set must name its '{field}'.");

    private static JsonElement.ArrayEnumerator Array(JsonElement source, string field, string path) =>
        source.ValueKind == JsonValueKind.Object
            && source.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw new AcvpException($"{path} must be an array.");
}
