namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>Every kind of endless recursion, which must be an error of the cell and not the kernel's end.</summary>
internal static class Recursions
{
    /// <summary>Runs each once and prints what it ended with.</summary>
    /// <returns>The exit code: 0 where all are errors of which the kernel keeps its variables.</returns>
    public static int Run(string folder)
    {
        var (all, errors, kept) = (EndlessRecursion.All, 0, 0);
        Console.WriteLine("| recursion | error | kept |\n|---|---|---|");
        var dead = Kernels.Outlived(folder, all.Count, (_, client) =>
        {
            client.Execute("var kept = 7;").Ok();
            return step =>
            {
                var ended = client.Execute(all[step].Code);
                var name = ended.Reply.Get("ename", "none");
                var holds = client.Execute("kept").Value == "7";
                Console.WriteLine($"| {all[step].Kind} | {name} | {(holds ? "yes" : "no")} |");
                // Sort and the like wrap the error of each level.
                errors += name is "InsufficientExecutionStackException" or "InvalidOperationException" ? 1 : 0;
                kept += holds ? 1 : 0;
            };
        });
        Console.WriteLine($"\n{all.Count} endless recursions: {errors} errors, variables kept in {kept}, {dead} kernels dead; all must be errors, and none dead.");
        return errors == all.Count && kept == all.Count && dead == 0 ? 0 : 1;
    }
}
