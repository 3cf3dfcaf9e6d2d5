using System.Buffers;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Iso20022.Rules;
using Qbitel.Protocols.Iso20022.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022;

/// <summary>
/// Judges the elements of one message by the facts of its schema: every fault is found where it is, not only the first.
/// </summary>
internal ref struct MxValidator
{
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly MxText _text;
    private readonly MxNode[] _nodes;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly byte _namespace;
    private readonly MxSchema _schema;
    private readonly MxFindings _findings;

    // How often each child of the elements that are open has been seen.
    private int[] _counts;
    private int _countTop;
    private byte[]? _rented;

    private MxValidator(MxText text, int root, MxSchema schema, MxFindings findings)
    {
        _text = text;
        _nodes = text.Nodes;
        _bytes = text.Span;
        _namespace = text.Nodes[root].Namespace;
        _schema = schema;
        _findings = findings;
        _counts = ArrayPool<int>.Shared.Rent(512);
    }

    /// <summary>The root may be of any namespace; the elements of the message are those of its namespace.</summary>
    public static void Check(MxText text, int root, MxSchema schema, MxFindings findings)
    {
        MxValidator validator = new(text, root, schema, findings);
        if (System.Text.Ascii.Equals(text.Name(root), schema.Root)) validator.Content(root, schema.RootComplex);

        ArrayPool<int>.Shared.Return(validator._counts);
        if (validator._rented is not null) ArrayPool<byte>.Shared.Return(validator._rented);
    }

    private void Content(int node, MxComplexType type)
    {
        if (_nodes[node].AttributeCount > 0 || type.Amount is not null) Attributes(node, type);
        if (type.Amount is { } amount)
        {
            Value(node, amount.Value);
            return;
        }

        ref MxNode parent = ref _nodes[node];
        parent.Content |= MxContent.Complex;
        if ((parent.Content & MxContent.Text) != MxContent.None)
            _findings.Add("Mx.Text", node, "text stands where only elements may be", "elements", "text");
        if (type.Arrangement == MxArrangement.Any)
        {
            Any(node, type);
            return;
        }

        ReadOnlySpan<MxParticle> particles = type.Items;
        int counts = _countTop;
        _countTop += particles.Length;
        if (_countTop > _counts.Length) Array.Resize(ref _counts, 2 * _countTop);
        _counts.AsSpan(counts, particles.Length).Clear();

        int at = 0, end = parent.Next, next;
        Span<MxNode> nodes = _nodes;
        for (int child = node + 1; child < end; child = next)
        {
            ref MxNode item = ref nodes[child];
            next = item.Next;
            int index = item.Namespace == _namespace ? IndexOf(type, at, in item) : -1;
            if (index < 0)
            {
                Unknown(child, type, at, counts);
                continue;
            }

            MxParticle particle = particles[index];
            if (particle.NameNumber <= ushort.MaxValue) item.NameNumber = (ushort)particle.NameNumber;
            int count = ++_counts[counts + index];
            if (count > particle.Most)
            {
                TooMany(child, particle, count);
            }
            else if (particle.Slot < particles[at].Slot)
            {
                Misplaced(child, type, at, counts);
            }
            else if (particle.IsAlternative && count == 1 && HasOther(particles, index, counts))
            {
                _findings.Add("Mx.Choice", child, "only one of the alternatives may be there",
                    Expected(type, at, counts), _text.NameText(child));
            }
            else
            {
                at = index;
            }

            if (particle.Complex is { } complex)
            {
                Content(child, complex);
            }
            else
            {
                if (item.AttributeCount > 0) Attributes(child, null);
                // Nearly every leaf is a plain value of its type: one that is not is looked at closely.
                if (next != child + 1 || (item.Content & MxContent.Markup) != MxContent.None
                    || !particle.Simple!.Accepts(_bytes.Slice(item.ValueStart, item.ValueLength)))
                {
                    Value(child, particle.Simple!);
                }
            }
        }

        if (!IsComplete(type, at, counts)) Missing(node, particles, counts);
        _countTop = counts;
    }

    // Most children come in order: the search begins where the last one was found.
    private readonly int IndexOf(MxComplexType type, int from, in MxNode item)
    {
        ulong key = MxNames.Key(_bytes, item.NameStart, item.NameLength);
        ReadOnlySpan<ulong> keys = type.Keys;
        for (int i = from; i < keys.Length; i++) if (keys[i] == key && IsName(type, i, in item)) return i;
        for (int i = 0; i < from && i < keys.Length; i++)
            if (keys[i] == key && IsName(type, i, in item)) return i;
        return -1;
    }

    private readonly bool IsName(MxComplexType type, int particle, in MxNode item) => item.NameLength <= 7
        || type.Items[particle].NameBytes.SequenceEqual(_bytes.Slice(item.NameStart, item.NameLength));

    private readonly bool HasOther(ReadOnlySpan<MxParticle> particles, int index, int counts)
    {
        for (int i = 0; i < particles.Length; i++)
        {
            if (i != index && particles[i].Slot == particles[index].Slot && _counts[counts + i] > 0) return true;
        }

        return false;
    }

    // Nearly always nothing is missing.
    private readonly bool IsComplete(MxComplexType type, int at, int counts)
    {
        if (type.HasAlternatives)
        {
            return type.Arrangement == MxArrangement.Choice && _counts[counts + at] > 0
                && _counts[counts + at] >= type.Items[at].Least;
        }

        foreach (int index in type.Required)
            if (_counts[counts + index] < type.Items[index].Least) return false;
        return true;
    }

    private readonly void Missing(int node, ReadOnlySpan<MxParticle> particles, int counts)
    {
        for (int i = 0; i < particles.Length; i++)
        {
            MxParticle particle = particles[i];
            int count = _counts[counts + i];
            if (!particle.IsAlternative)
            {
                if (count >= particle.Least) continue;
                _findings.Add("Mx.Missing", node, "a mandatory element is missing", particle.Name,
                    count == 0 ? "nothing" : count.ToString(CultureInfo.InvariantCulture), particle.Name);
                continue;
            }

            int last = i;
            bool isThere = false;
            for (; last < particles.Length && particles[last].Slot == particle.Slot; last++)
            {
                int seen = _counts[counts + last];
                isThere |= seen > 0 || particles[last].Least == 0;
                if (seen > 0 && seen < particles[last].Least)
                {
                    _findings.Add("Mx.Missing", node, "the element must be repeated", particles[last].Name,
                        seen.ToString(CultureInfo.InvariantCulture), particles[last].Name);
                }
            }

            if (!isThere)
            {
                string names = Alternatives(particles, particle.Slot);
                _findings.Add("Mx.Missing", node, "none of the alternatives is there", names, "nothing", names);
            }

            i = last - 1;
        }
    }

    // One element, of any content: judged only where it is a message of this schema itself.
    private void Any(int node, MxComplexType type)
    {
        int count = 0, end = _nodes[node].Next;
        for (int child = node + 1; child < end; child = _nodes[child].Next)
        {
            count++;
            if (count == 2)
            {
                _findings.Add("Mx.TooMany", child, "the element may not be repeated so often", "1 at most", "another");
            }

            if (type.AnyNamespace is { } wanted && _text.NamespaceOf(child) != wanted)
            {
                _findings.Add("Mx.UnknownElement", child, "the schema has no such element here",
                    $"an element of {wanted}", "one of another namespace");
            }
        }

        if (count == 0)
            _findings.Add("Mx.Missing", node, "a mandatory element is missing", "an element", "nothing");
        for (int inside = node + 1; inside < end; inside++)
        {
            if (type.IsLax && IsRoot(inside))
            {
                Content(inside, _schema.RootComplex);
                inside = _nodes[inside].Next - 1;
                continue;
            }

            Foreign(inside);
        }
    }

    private readonly ReadOnlySpan<byte> Name(int node)
    {
        ref readonly MxNode at = ref _nodes[node];
        return _bytes.Slice(at.NameStart, at.NameLength);
    }

    private readonly bool IsRoot(int node) => _text.NamespaceOf(node) == _schema.Namespace
        && _text.NameText(node) == _schema.Root;

    private readonly void Foreign(int node) =>
        _nodes[node].Content |= _text.FirstChild(node) < 0 ? MxContent.Unknown
            : MxContent.Unknown | MxContent.Complex;

    private readonly void Unknown(int child, MxComplexType type, int at, int counts)
    {
        bool isOurs = _nodes[child].Namespace == _namespace;
        _findings.Add("Mx.UnknownElement", child, "the schema has no such element here", Expected(type, at, counts),
            isOurs ? Shown(Name(child)) : $"{Shown(Name(child))} of another namespace");
        for (int inside = child; inside < _nodes[child].Next; inside++) Foreign(inside);
    }

    private readonly void TooMany(int child, MxParticle particle, int count) =>
        _findings.Add("Mx.TooMany", child, "the element may not be repeated so often",
            particle.Most.ToString(CultureInfo.InvariantCulture) + " at most",
            count.ToString(CultureInfo.InvariantCulture));

    private readonly void Misplaced(int child, MxComplexType type, int at, int counts) =>
        _findings.Add("Mx.Order", child, "the element stands after one it must precede", Expected(type, at, counts),
            _text.NameText(child));

    private void Value(int node, MxSimpleType type)
    {
        if (_nodes[node].Next > node + 1)
        {
            for (int inside = node + 1; inside < _nodes[node].Next; inside++)
            {
                Foreign(inside);
                if (_nodes[inside].Parent == node)
                {
                    _findings.Add("Mx.UnknownElement", inside, "the element holds a value, not elements",
                        type.Expected, Shown(Name(inside)));
                }
            }

            return;
        }

        ref readonly MxNode at = ref _nodes[node];
        ReadOnlySpan<byte> value = (at.Content & MxContent.Markup) == MxContent.None
            ? _bytes.Slice(at.ValueStart, at.ValueLength) : _text.Value(node, ref _rented);
        if (type.Accepts(value)) return;

        _findings.AddValue("Mx.Value", node, "the value is not of its type", type.Expected,
            MxRedaction.Of(_text, node).Mask(_text.ValueText(node)));
    }

    private void Attributes(int node, MxComplexType? type)
    {
        ref readonly MxNode at = ref _nodes[node];
        bool isFound = false;
        for (int i = _text.FirstAttribute(node), end = i + at.AttributeCount; i < end; i++)
        {
            ref readonly MxAttribute attribute = ref _text.Attributes[i];
            if (attribute.Namespace == 1) continue;

            ReadOnlySpan<byte> name = _bytes.Slice(attribute.NameStart, attribute.NameLength);
            if (attribute.Namespace > 2 && _text.Namespaces[attribute.Namespace] == SchemaInstance
                && (name.SequenceEqual("schemaLocation"u8) || name.SequenceEqual("noNamespaceSchemaLocation"u8)))
            {
                continue;
            }

            if (type?.Amount is { } amount && attribute.Namespace == 0
                && System.Text.Ascii.Equals(name, amount.Attribute))
            {
                isFound = true;
                if (!amount.Currency.Accepts(_text.Value(in attribute, ref _rented)))
                {
                    _findings.AddAttribute("Mx.Value", node, i, $"the attribute {amount.Attribute} is not of its type",
                        amount.Currency.Expected,
                        Redaction.None.Mask(_bytes.Slice(attribute.ValueStart, attribute.ValueLength)));
                }

                continue;
            }

            _findings.AddAttribute("Mx.UnknownAttribute", node, i, "the schema has no such attribute here",
                "no attribute", Shown(_bytes.Slice(attribute.Start, attribute.PrefixLength + attribute.NameLength)));
        }

        if (type?.Amount is { } needed && !isFound)
        {
            _findings.Add("Mx.Missing", node, $"the attribute {needed.Attribute} is missing", needed.Attribute,
                "nothing");
        }
    }

    /// <summary>What may come next, in words.</summary>
    private readonly string Expected(MxComplexType type, int at, int counts)
    {
        ReadOnlySpan<MxParticle> particles = type.Items;
        if (type.Arrangement == MxArrangement.Choice) return Alternatives(particles, 0);

        StringBuilder names = new();
        for (int i = at; i < particles.Length; i++)
        {
            if (_counts[counts + i] >= particles[i].Most) continue;
            if (names.Length > 0) names.Append(" or ");
            names.Append(particles[i].Name);
            if (_counts[counts + i] < particles[i].Least && !particles[i].IsAlternative) break;
        }

        return names.Length == 0 ? "the end of the element" : names.ToString();
    }

    private static string Alternatives(ReadOnlySpan<MxParticle> particles, int slot)
    {
        StringBuilder names = new("one of ");
        foreach (MxParticle particle in particles)
        {
            if (particle.Slot == slot) names.Append(names.Length > 7 ? ", " : "").Append(particle.Name);
        }

        return names.ToString();
    }

    private static string Shown(ReadOnlySpan<byte> name) => Redaction.None.Mask(Encoding.UTF8.GetString(name));
}
