using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>What stands behind a directive, read as a command line: <c>x --from value --as y</c>.</summary>
internal sealed partial class DirectiveOptions
{
    private readonly Dictionary<string, string> values = [];

    /// <param name="directive">The directive's name, for messages.</param>
    /// <param name="argument">The rest of its line.</param>
    /// <param name="known">The options that take a value. <c>--byref</c> takes none, and is known everywhere.</param>
    /// <exception cref="DirectiveException">An option is not known, is given twice, or has no value.</exception>
    public DirectiveOptions(string directive, string argument, params string[] known)
    {
        string[] words = [.. Word().Matches(argument).Select(word => word.Value)];
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "--byref")
                continue;
            // A word without an option before it is the name, as in `#!share x --from value`.
            var option = words[i].StartsWith("--", StringComparison.Ordinal) ? words[i].Split('=')[0] : "--name";
            if (!known.Contains(option))
                throw new DirectiveException($"{directive}: {option}: unknown option. Known are {string.Join(", ", known)}.");
            var value = !words[i].StartsWith("--", StringComparison.Ordinal) ? words[i] : words[i].Length > option.Length ? words[i][(option.Length + 1)..]
                : i + 1 < words.Length && !words[i + 1].StartsWith("--", StringComparison.Ordinal) ? words[++i] : throw new DirectiveException($"{directive}: {option}: expected a value behind it.");
            if (!values.TryAdd(option, value is ['"', .. var inner, '"'] ? inner : value))
                throw new DirectiveException($"{directive}: found {option} twice, expected it once: '{values[option]}' and '{value}'.");
        }
    }

    /// <summary>The value of an option, without the quotes around it; null if it is not given.</summary>
    public string? this[string option] => values.GetValueOrDefault(option);

    // A quoted text, also behind something as in @input:"Which one?" and --name="x", is one word. So are the fields in @input:{"prompt": "Which one?"}.
    [GeneratedRegex("""(?:"[^"]*"|\{[^{}]*\}|[^\s"{])+|[{"]""")]
    private static partial Regex Word();
}
