using System.Globalization;
using CourseKit;
using CourseKit.Benchmarks.Training;

// training [--json FILE] [--only TEXT] [--repeats N] [--seconds S] | soak | crowd | around [--executed NOTEBOOK]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : null;
if (args.FirstOrDefault() == "serve")
{
    Rival.Serve(int.Parse(args[1]));
    return;
}
Course.Start(seed: 1);
switch (args.FirstOrDefault())
{
    case "soak":
        Endurance.Soak();
        break;
    case "crowd":
        Endurance.Crowd();
        break;
    case "solo":
        Console.WriteLine(Endurance.Solo(int.Parse(args[1]), double.Parse(args[2])));
        break;
    case "around":
        Surroundings.Measure(Option("--executed"));
        break;
    default:
        var nets = Net.All.Where(net => net.Name.Contains(Option("--only") ?? "", StringComparison.Ordinal)).ToList();
        var comparison = new Comparison(nets, int.Parse(Option("--repeats") ?? "5"), double.Parse(Option("--seconds") ?? "0.5"));
        comparison.Run(Option("--json"));
        comparison.Parts();
        break;
}
