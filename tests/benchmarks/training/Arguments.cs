using System.Globalization;

namespace CourseKit.Benchmarks.Training;

/// <summary>The command line, read and checked before anything runs: a command, and options with a value each.</summary>
internal sealed class Arguments
{
    public const string Usage = """
        Usage: training [COMMAND] [OPTION VALUE]...

        Commands
          (none)           the comparison: our step beside libtorch's eager step, PyTorch's and the floor; then the parts of our step
          soak             what 20,000 steps leave behind
          crowd            six trainings at once beside one alone
          around           what a lecture does beside training: samples, metrics, pictures, the page
          help             this text; --help and -h print it, too

        Options of the comparison
          --only TEXT      the nets whose name has TEXT in it (default: all)
          --repeats N      turns for each net; their median counts (default: 5)
          --seconds S      length of a turn (default: 0.5)
          --device DEVICE  auto, cpu or cuda, for all contestants (default: auto, the GPU where there is one)
          --json FILE      the file that the table is written to as well (default: none)

        Option of around
          --executed FILE  an executed notebook, whose page is rendered (default: none, and no page)
        """;

    private static readonly Dictionary<string, string[]> Options = new()
    {
        [""] = ["--only", "--repeats", "--seconds", "--device", "--json"],
        ["soak"] = [],
        ["crowd"] = [],
        ["around"] = ["--executed"],
    };

    private readonly Dictionary<string, string> given = [];

    /// <exception cref="FormatException">A word or a value does not belong there; the message is one line.</exception>
    public Arguments(string[] args)
    {
        Command = args.FirstOrDefault() is { } first && !first.StartsWith('-') ? first : "";
        if (!Options.TryGetValue(Command, out var known))
            throw new FormatException($"found '{Command}'; expected soak, crowd, around, help or an option");
        for (var at = Command == "" ? 0 : 1; at < args.Length; at += 2)
        {
            if (!known.Contains(args[at]))
                throw new FormatException($"found '{args[at]}'; expected {(known.Length > 0 ? string.Join(", ", known) : $"nothing after {Command}")}");
            if (at + 1 == args.Length)
                throw new FormatException($"found nothing after {args[at]}; expected its value");
            if (!given.TryAdd(args[at], args[at + 1]))
                throw new FormatException($"found {args[at]} twice; expected it once");
        }
        var only = given.GetValueOrDefault("--only", "");
        Nets = [.. Net.All.Where(net => net.Name.Contains(only, StringComparison.Ordinal))];
        if (Nets.Count == 0)
            throw new FormatException($"--only is '{only}'; expected a part of one of these names: {string.Join("; ", Net.All.Select(net => net.Name))}");
        var (repeats, seconds) = (given.GetValueOrDefault("--repeats", "5"), given.GetValueOrDefault("--seconds", "0.5"));
        Repeats = int.TryParse(repeats, CultureInfo.InvariantCulture, out var turns) && turns >= 1
            ? turns
            : throw new FormatException($"--repeats is '{repeats}'; expected a whole number from 1");
        Seconds = double.TryParse(seconds, CultureInfo.InvariantCulture, out var length) && length > 0 && double.IsFinite(length)
            ? length
            : throw new FormatException($"--seconds is '{seconds}'; expected a number above 0, like 0.5");
        if (Json is not null && (Json == "" || Directory.Exists(Json)))
            throw new FormatException($"--json is '{Json}'; expected the name of a file");
        if (Executed is not null && !File.Exists(Executed))
            throw new FormatException($"--executed is '{Executed}'; expected a notebook that exists");
    }

    /// <summary>"soak", "crowd" or "around"; empty for the comparison.</summary>
    public string Command { get; }

    /// <summary>The nets to compare; one at least.</summary>
    public IReadOnlyList<Net> Nets { get; }

    public int Repeats { get; }

    public double Seconds { get; }

    public string Device => given.GetValueOrDefault("--device", "auto");

    public string? Json => given.GetValueOrDefault("--json");

    public string? Executed => given.GetValueOrDefault("--executed");

    /// <summary>Whether the usage is all that is wanted.</summary>
    public static bool AskForHelp(string[] args) => args is ["help", ..] || args.Any(word => word is "--help" or "-h");
}
