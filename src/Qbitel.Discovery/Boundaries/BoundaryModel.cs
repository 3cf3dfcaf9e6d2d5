using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Discovery.Boundaries;

/// <summary>What was learned about where fields begin: two forests, and what confidence is worth.</summary>
internal sealed class BoundaryModel
{
    private const string Magic = "QBDM1";

    private static readonly Lazy<BoundaryModel> Embedded = new(Load);

    /// <summary>Log-odds of a boundary by <see cref="BoundaryFeatures"/>.</summary>
    public required Forest First { get; init; }

    /// <summary>Log-odds of a boundary by those and <see cref="SecondLook"/>.</summary>
    public required Forest Second { get; init; }

    /// <summary>Log-odds of a field being one, by <see cref="FieldTrust"/>.</summary>
    public required Forest Trust { get; init; }

    /// <summary>What the probabilities of <see cref="Trust"/> are worth.</summary>
    public required Calibration Calibration { get; init; }

    /// <summary>What it was trained on, e.g. <c>families=…; made=200; seed=1</c>.</summary>
    public required string Card { get; init; }

    public double Confidence(float[] trust) => Calibration.Of(1 / (1 + MathF.Exp(-Trust.LogOdds(trust))));

    /// <summary>The one that comes with the program.</summary>
    public static BoundaryModel Shipped => Embedded.Value;

    public byte[] ToBytes()
    {
        using MemoryStream body = new();
        using (BinaryWriter writer = new(body, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(BoundaryFeatures.Count);
            writer.Write(Card);
            First.WriteTo(writer);
            Second.WriteTo(writer);
            Trust.WriteTo(writer);
            Calibration.WriteTo(writer);
        }

        byte[] content = body.ToArray();
        using MemoryStream file = new();
        file.Write(Encoding.ASCII.GetBytes(Magic));
        file.Write(SHA256.HashData(content));
        using (BrotliStream packed = new(file, CompressionLevel.SmallestSize, leaveOpen: true)) packed.Write(content);
        return file.ToArray();
    }

    /// <exception cref="InvalidDataException">It is no model, a damaged one, or one of other features.</exception>
    public static BoundaryModel Read(Stream stream)
    {
        using BinaryReader head = new(stream, Encoding.UTF8, leaveOpen: true);
        byte[] magic = head.ReadBytes(Magic.Length), hash = head.ReadBytes(SHA256.HashSizeInBytes);
        if (!magic.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(Magic)))
            throw new InvalidDataException("This is no model.");
        using BrotliStream packed = new(stream, CompressionMode.Decompress);
        using MemoryStream content = new();
        packed.CopyTo(content);
        if (!SHA256.HashData(content.ToArray()).AsSpan().SequenceEqual(hash))
            throw new InvalidDataException("The model is damaged: its hash does not match.");

        content.Position = 0;
        using BinaryReader reader = new(content);
        int features = reader.ReadInt32();
        if (features != BoundaryFeatures.Count)
        {
            throw new InvalidDataException(
                $"The model is for {features} features, and there are {BoundaryFeatures.Count}.");
        }

        return new BoundaryModel
        {
            Card = reader.ReadString(),
            First = Forest.Read(reader, features),
            Second = Forest.Read(reader, features + SecondLook.Count),
            Trust = Forest.Read(reader, FieldTrust.Count),
            Calibration = Calibration.Read(reader),
        };
    }

    private static BoundaryModel Load()
    {
        using Stream stream = typeof(BoundaryModel).Assembly.GetManifestResourceStream("boundaries.model")
            ?? throw new InvalidOperationException("The program was built without its model.");
        return Read(stream);
    }
}
