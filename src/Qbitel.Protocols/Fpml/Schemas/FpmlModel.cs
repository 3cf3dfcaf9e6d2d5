using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>
/// The content of a type as an automaton (Glushkov 1961): a state for each place of an element in the model, so that
/// choices, repetitions and substitutions in each other are one step an element. XML Schema allows only models in which
/// the next step is never in doubt (part 1, 3.8.6, Unique Particle Attribution).
/// </summary>
internal sealed class FpmlModel
{
    private readonly List<FpmlParticle> _positions = [];
    private readonly List<List<int>> _follow = [];
    private readonly State[] _states;

    public FpmlModel(FpmlParticle? content)
    {
        Fragment whole = content is null ? new Fragment(true, [], []) : Repeated(content);
        _states = new State[_positions.Count + 1];
        _states[0] = StateOf(whole.First, whole.IsNullable);
        HashSet<int> last = [.. whole.Last];
        for (int i = 0; i < _positions.Count; i++) _states[i + 1] = StateOf(_follow[i], last.Contains(i));
    }

    /// <summary>Whether no element could be taken for two places of the model.</summary>
    public bool IsDeterministic { get; private set; } = true;

    public bool IsEmpty => _positions.Count == 0;

    /// <summary>The state after an element, or -1.</summary>
    /// <param name="state">0 to begin with.</param>
    /// <param name="code">The element's name and namespace; negative for one the schema does not name.</param>
    /// <param name="isOurs">Whether it is of the namespace of the model.</param>
    /// <param name="declaration">What it is declared as; null where it may be anything.</param>
    public int Next(int state, int code, bool isOurs, out FpmlDeclaration? declaration)
    {
        State at = _states[state];
        int found = code < 0 ? -1 : Array.BinarySearch(at.Codes, code);
        if (found >= 0)
        {
            declaration = at.Declarations[found];
            return at.Targets[found];
        }

        declaration = null;
        foreach (int position in at.Any)
            if (!_positions[position].IsOther || !isOurs) return position + 1;
        return -1;
    }

    /// <summary>Where the model has an element, from a state on or else from its start; -1 for nowhere.</summary>
    public int Anywhere(int from, int code, out FpmlDeclaration? declaration)
    {
        declaration = null;
        if (code < 0) return -1;

        for (int i = 0; i < _positions.Count; i++)
        {
            int position = (Math.Max(from, 1) - 1 + i) % _positions.Count;
            foreach (FpmlDeclaration each in _positions[position].Elements)
            {
                if (each.Code != code || each.IsAbstract) continue;
                declaration = each;
                return position + 1;
            }
        }

        return -1;
    }

    public bool IsComplete(int state) => _states[state].IsEnd;

    /// <summary>How any content in a state is treated.</summary>
    public FpmlAnyContent Treatment(int state) => _positions[state - 1].Any;

    /// <summary>What may come next, in words.</summary>
    public string Expected(int state)
    {
        const int Shown = 12;
        State at = _states[state];
        IEnumerable<string> names = at.Order.SelectMany(position => _positions[position].Kind == FpmlParticleKind.Any
            ? ["any element"] : _positions[position].Elements.Where(each => !each.IsAbstract)
                .Select(each => each.Name));
        List<string> listed = [.. names.Take(Shown + 1)];
        if (listed.Count > Shown) listed[Shown] = "...";
        if (at.IsEnd) listed.Add("the end of the element");
        return string.Join(" or ", listed);
    }

    private State StateOf(IEnumerable<int> positions, bool isEnd)
    {
        int[] order = [.. positions.Distinct().Order()];
        SortedDictionary<int, (FpmlDeclaration Declaration, int Position)> steps = [];
        foreach (int position in order)
        {
            foreach (FpmlDeclaration element in _positions[position].Elements)
            {
                if (element.IsAbstract) continue;
                if (!steps.TryAdd(element.Code, (element, position))) IsDeterministic = false;
            }
        }

        return new State([.. steps.Keys], [.. steps.Values.Select(step => step.Position + 1)],
            [.. steps.Values.Select(step => step.Declaration)],
            [.. order.Where(position => _positions[position].Kind == FpmlParticleKind.Any)], order, isEnd);
    }

    private Fragment Repeated(FpmlParticle particle)
    {
        if (particle.Most == 0) return new Fragment(true, [], []);
        if (particle.Most == int.MaxValue)
        {
            Fragment result = new(true, [], []);
            for (int i = 1; i < particle.Least; i++) result = i == 1 ? Once(particle) : InTurn(result, Once(particle));
            Fragment loop = Once(particle);
            foreach (int last in loop.Last) _follow[last].AddRange(loop.First);
            if (particle.Least == 0) loop = loop with { IsNullable = true };
            return particle.Least > 1 ? InTurn(result, loop) : loop;
        }

        // a{1,3} is a(a(a)?)?: each one more is asked for only after the last.
        Fragment rest = Once(particle);
        if (particle.Most == 1) return particle.Least == 0 ? rest with { IsNullable = true } : rest;
        List<Fragment> copies = [rest];
        while (copies.Count < particle.Most) copies.Add(Once(particle));
        Fragment whole = copies[^1];
        if (particle.Least < copies.Count) whole = whole with { IsNullable = true };
        for (int i = copies.Count - 2; i >= 0; i--)
        {
            whole = InTurn(copies[i], whole);
            if (particle.Least <= i) whole = whole with { IsNullable = true };
        }

        return whole;
    }

    private Fragment Once(FpmlParticle particle)
    {
        switch (particle.Kind)
        {
            case FpmlParticleKind.Sequence:
                Fragment sequence = new(true, [], []);
                bool isFirst = true;
                foreach (FpmlParticle item in particle.Items)
                {
                    Fragment next = Repeated(item);
                    sequence = isFirst ? next : InTurn(sequence, next);
                    isFirst = false;
                }

                return sequence;
            case FpmlParticleKind.Choice:
                Fragment choice = new(particle.Items.Count == 0, [], []);
                foreach (FpmlParticle item in particle.Items)
                {
                    Fragment next = Repeated(item);
                    choice = new Fragment(choice.IsNullable || next.IsNullable, [.. choice.First, .. next.First],
                        [.. choice.Last, .. next.Last]);
                }

                return choice;
            default:
                _positions.Add(particle);
                _follow.Add([]);
                return new Fragment(false, [_positions.Count - 1], [_positions.Count - 1]);
        }
    }

    private Fragment InTurn(Fragment one, Fragment other)
    {
        foreach (int last in one.Last) _follow[last].AddRange(other.First);
        return new Fragment(one.IsNullable && other.IsNullable,
            one.IsNullable ? [.. one.First, .. other.First] : one.First,
            other.IsNullable ? [.. one.Last, .. other.Last] : other.Last);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Fragment(bool IsNullable, List<int> First, List<int> Last);

    private sealed record State(int[] Codes, int[] Targets, FpmlDeclaration[] Declarations, int[] Any, int[] Order,
        bool IsEnd);
}
