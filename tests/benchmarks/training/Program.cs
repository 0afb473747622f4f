using System.Globalization;
using CourseKit;
using CourseKit.Benchmarks.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// The program starts itself in these two ways; they are nothing for its users, and its usage does not name them.
if (args is ["serve", var servers, var served] && int.TryParse(servers, out var serving))
{
    Contestants.Device = new(served);
    Rival.Serve(serving);
    return 0;
}
if (args is ["solo", var threads, var time] && int.TryParse(threads, out var alone) && double.TryParse(time, out var length))
{
    Course.Start(seed: 1);
    Console.WriteLine(Endurance.Solo(alone, length));
    return 0;
}

if (Arguments.AskForHelp(args))
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}
Arguments asked;
try
{
    asked = new(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine($"training: {error.Message}");
    return 2;
}
try
{
    Course.Start(seed: 1, asked.Device);
}
catch (ArgumentException error)
{
    Console.Error.WriteLine($"training: {error.Message}");
    return 2;
}
Contestants.Device = Course.Device;
switch (asked.Command)
{
    case "soak":
        Endurance.Soak();
        break;
    case "crowd":
        Endurance.Crowd();
        break;
    case "around":
        Surroundings.Measure(asked.Executed);
        break;
    default:
        var comparison = new Comparison(asked.Nets, asked.Repeats, asked.Seconds);
        comparison.Run(asked.Json);
        comparison.Parts();
        break;
}
return 0;
