namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>Stops of every kind of busy cell while the machine has other work, and the bars that they are held to.</summary>
internal static class Stops
{
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(1), BarOfOneCall = TimeSpan.FromSeconds(1.5);

    /// <summary>Makes this many stops of each kind and prints a line for each kind.</summary>
    /// <returns>The exit code: 0 where all bars are held.</returns>
    public static int Run(string folder, int count)
    {
        Load.Begin();
        Console.WriteLine("| kind | stops | dead kernels | ended otherwise | variables lost | median ms | 99 % ms | within the bar |\n|---|---|---|---|---|---|---|---|");
        var dead = 0;
        List<Stop> stops = [];
        foreach (var busy in BusyCell.All)
            stops.AddRange(Kind(folder, busy, count, Bar, ref dead));
        var calls = Kind(folder, BusyCell.OneCall, count, BarOfOneCall, ref dead);

        var (wanted, inTime, told) = (BusyCell.All.Count * count, stops.Count(stop => stop.Took <= Bar), calls.Count(stop => stop.Took <= BarOfOneCall));
        var (otherwise, lost) = (stops.Concat(calls).Count(stop => !stop.Stopped), stops.Concat(calls).Count(stop => !stop.Kept));
        Console.WriteLine($"""

            {wanted} stops: {inTime} within {Bar.TotalSeconds} s; 99 of 100 must be. {count} in one long call: {told} told within {BarOfOneCall.TotalSeconds} s; all must be.
            {dead} kernels dead or silent for {KernelClient.Patience.TotalMinutes} minutes, {otherwise} cells ended otherwise, {lost} times variables lost; none may.
            """);
        return dead == 0 && otherwise == 0 && lost == 0 && 100 * inTime >= 99 * wanted && told == count ? 0 : 1;
    }

    private static List<Stop> Kind(string folder, BusyCell busy, int count, TimeSpan bar, ref int deadOfAll)
    {
        List<Stop> stops = [];
        var dead = Kernels.Outlived(folder, count, (kernel, client) =>
        {
            var many = new ManyStops(kernel, client, busy, seed: stops.Count);
            return _ => stops.Add(many.Once());
        });
        deadOfAll += dead;
        foreach (var slow in stops.Where(stop => stop.Took > bar))
            Console.Error.WriteLine($"{busy.Kind}, stop {stops.IndexOf(slow) + 1}, {slow.How}: {slow.Took.TotalMilliseconds:F0} ms");
        double[] times = [.. stops.Select(stop => stop.Took.TotalMilliseconds).Order()];
        Console.WriteLine($"| {busy.Kind} | {count} | {dead} | {stops.Count(stop => !stop.Stopped)} | {stops.Count(stop => !stop.Kept)} | {Share(times, .5)} | {Share(times, .99)} | {stops.Count(stop => stop.Took <= bar)} in {bar.TotalSeconds} s |");
        return stops;
    }

    // The smallest time that this share of all does not exceed.
    private static string Share(double[] ordered, double share) => ordered is [] ? "" : $"{ordered[(int)Math.Ceiling(share * ordered.Length) - 1]:F0}";
}
