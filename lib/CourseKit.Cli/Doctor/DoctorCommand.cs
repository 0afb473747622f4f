using System.CommandLine;
using System.Text.Json.Nodes;
using CourseKit.Cli.Shell;

namespace CourseKit.Cli.Doctor;

/// <summary>Defines <c>coursekit doctor</c>, which checks whether this machine can run the course.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print {\"checks\":[{\"name\",\"status\":\"ok|limited|broken\",\"found\",\"remedy\"}]}.",
    };

    public static Command Create()
    {
        var doctor = new Command("doctor", "Looks whether this machine can do the course, and names each fault and its remedy. Exit code: 0 ready, 1 works with a limit, 2 broken.") { Json };
        doctor.SetAction(arguments => Run(arguments.GetValue(Json)));
        return doctor;
    }

    // All checks but the kernel's are part of the course's library. If the library is missing, it must be built before any other check makes sense.
    private static int Run(bool json)
    {
        try
        {
            CourseLibrary.Resolve();
            return DoctorVerb.Run(json);
        }
        catch (Exception error) when (error is FileNotFoundException or FileLoadException or BadImageFormatException or TypeLoadException or MissingMemberException)
        {
            const string remedy = "Run `dotnet build -c Release lib/CourseKit.Cli` in the course folder.";
            var check = new JsonObject { ["name"] = "build", ["status"] = "broken", ["found"] = error.Message, ["remedy"] = remedy };
            Console.WriteLine(json ? new JsonObject { ["checks"] = new JsonArray(check) }.ToJsonString() : $"broken  build  {error.Message}\n{remedy}");
            return 2;
        }
    }
}
