using System.Text.RegularExpressions;
using ArchUnitNET.Loader;

namespace CourseKit.House.Tests;

/// <summary>What points where in a library: from namespace to namespace, with a name for each arrow, that of a type or of a file.</summary>
internal sealed partial class Rooms
{
    /// <summary>Stands for the types of a room itself beside those of its inner rooms.</summary>
    public const string Own = "(own)";

    private readonly List<(string From, string To, string What)> arrows = [];

    private Rooms(string root) => Root = root;

    /// <summary>The library's root namespace, which is its assembly's name too.</summary>
    public string Root { get; }

    /// <summary>Reads a library: what its types depend on, from the assembly, and what its files open, from their usings, since the assembly holds no comments and no constants.</summary>
    public static Rooms Of(string library)
    {
        var rooms = new Rooms(library);
        var types = new ArchLoader().LoadFilteredDirectory(Repository.Output(library), library + ".dll").Build().Types;
        foreach (var type in types.Where(type => type.Namespace is not null))
        {
            foreach (var used in type.Dependencies.Select(dependency => dependency.Target).Where(target => target?.Namespace is not null))
                rooms.Add(type.Namespace.FullName, used.Namespace.FullName, $"{type.Name} -> {used.Name}");
        }
        foreach (var file in Directory.GetFiles(Repository.PathOf("lib", library), "*.cs", SearchOption.AllDirectories).Where(file => !Built().IsMatch(file)))
        {
            var text = File.ReadAllText(file);
            if (Namespace().Match(text) is not { Success: true } own)
                continue;
            foreach (Match used in Using().Matches(text))
                rooms.Add(own.Groups[1].Value, used.Groups[1].Value, $"{Path.GetFileName(file)}: {used.Value}");
        }
        return rooms;
    }

    /// <summary>Notes an arrow.</summary>
    public Rooms Add(string from, string to, string what)
    {
        if (from != to && IsInside(from, Root) && IsInside(to, Root))
            arrows.Add((from, to, what));
        return this;
    }

    /// <summary>A library with no arrows yet.</summary>
    public static Rooms Empty(string root) => new(root);

    /// <summary>The rooms that hold rooms: the root, and those below it.</summary>
    public IEnumerable<string> Halls => arrows.SelectMany(arrow => new[] { arrow.From, arrow.To })
        .SelectMany(room => Enumerable.Range(0, room.Split('.').Length).Select(length => string.Join('.', room.Split('.').Take(length)))).Where(room => IsInside(room, Root)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The arrows between what lies directly in a hall: its rooms, each with all that is in it, and its own types.</summary>
    public ILookup<(string From, string To), string> Between(string hall) => arrows.Where(arrow => IsInside(arrow.From, hall) && IsInside(arrow.To, hall))
        .Select(arrow => (Key: (From: Part(arrow.From, hall), To: Part(arrow.To, hall)), arrow.What)).Where(arrow => arrow.Key.From != arrow.Key.To)
        .ToLookup(arrow => arrow.Key, arrow => arrow.What);

    /// <summary>Every circle in the house: the rooms it leads through, and for each of its arrows what makes it.</summary>
    public IEnumerable<string> Circles()
    {
        foreach (var hall in Halls)
        {
            var between = Between(hall);
            var rooms = between.SelectMany(arrow => new[] { arrow.Key.From, arrow.Key.To }).Distinct().ToList();
            var reached = rooms.ToDictionary(room => room, room => Reached(room, between));
            // Rooms on one circle reach one another.
            foreach (var circle in rooms.Where(room => reached[room].Contains(room)).GroupBy(room => string.Join(", ", rooms.Where(other => reached[room].Contains(other) && reached[other].Contains(room)))))
            {
                var inside = between.Where(arrow => circle.Contains(arrow.Key.From) && circle.Contains(arrow.Key.To));
                yield return $"{hall}: {circle.Key}\n{string.Join('\n', inside.Select(arrow => $"  {arrow.Key.From} -> {arrow.Key.To}: {string.Join("; ", arrow.Distinct().Take(5))}"))}";
            }
        }
    }

    private static HashSet<string> Reached(string room, ILookup<(string From, string To), string> between)
    {
        var (reached, next) = (new HashSet<string>(), new Queue<string>([room]));
        while (next.TryDequeue(out var at))
        {
            foreach (var to in between.Where(arrow => arrow.Key.From == at).Select(arrow => arrow.Key.To).Where(reached.Add))
                next.Enqueue(to);
        }
        return reached;
    }

    private static string Part(string room, string hall) => room == hall ? Own : room[(hall.Length + 1)..].Split('.')[0];

    private static bool IsInside(string room, string hall) => room == hall || room.StartsWith(hall + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?:static )?(CourseKit[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Built();
}
