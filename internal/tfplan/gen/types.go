package main

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Weights of the match of types, found by looking at what they match wrongly: with these, nothing.
const (
	weightProperties = 0.7  // against the name
	leastScore       = 0.45 // of a match that is worth making
	leastName        = 0.6  // of one by the name alone: small types whose lists are flattened share few names
	leastShared      = 0.6  // of the properties of a second token for one type (s3.Bucket and s3.BucketV2)
	candidates       = 12   // kept for each token
)

type pair struct {
	token, terraform        string
	name, properties, score float64
}

// matchTypes returns the Terraform type of each token. The best pairs are taken first, each Terraform type
// once; tokens that are left share a type with another when they have its properties.
func matchTypes(s *sdk, types map[string]*resource) map[string]string {
	pulumi, terraform := map[string][]string{}, map[string][]string{}
	for _, r := range s.resources {
		pulumi[r.token] = normals(slices.Collect(maps.Keys(r.members)))
	}
	for name, r := range types {
		members := slices.AppendSeq(slices.Collect(maps.Keys(r.Block.Attributes)), maps.Keys(r.Block.Blocks))
		terraform[name] = normals(slices.DeleteFunc(members, func(m string) bool { return m == "id" || m == "timeouts" }))
	}
	weight := rarity(pulumi, terraform)
	best := map[string][]pair{}
	var all []pair
	names := sortedKeys(terraform)
	spellings := make([]spelling, len(names))
	for i, name := range names {
		spellings[i] = ofType(name)
	}
	for _, token := range sortedKeys(pulumi) {
		var mine []pair
		spelled := ofToken(token)
		for i, name := range names {
			p := pair{token: token, terraform: name, name: typeLikeness(spelled, spellings[i]), properties: overlap(pulumi[token], terraform[name], weight)}
			p.score = weightProperties*p.properties + (1-weightProperties)*p.name
			mine = append(mine, p)
		}
		slices.SortStableFunc(mine, func(a, b pair) int { return cmp.Compare(b.score, a.score) })
		best[token] = mine[:min(candidates, len(mine))]
		all = append(all, best[token]...)
	}
	chosen, used := map[string]string{}, map[string]bool{}
	take := func(p pair) { chosen[p.token], used[p.terraform] = p.terraform, true }
	slices.SortStableFunc(all, func(a, b pair) int { return cmp.Compare(b.score, a.score) })
	for _, p := range all {
		first := best[p.token][0]
		// A token that resembles another type much more shares that one, below.
		settles := first.score-p.score > 0.25 && first.properties >= leastShared
		if p.score >= leastScore && chosen[p.token] == "" && !used[p.terraform] && !settles {
			take(p)
		}
	}
	slices.SortStableFunc(all, func(a, b pair) int { return cmp.Compare(b.name, a.name) })
	for _, p := range all {
		if p.name >= leastName && chosen[p.token] == "" && !used[p.terraform] {
			take(p)
		}
	}
	for _, token := range sortedKeys(pulumi) {
		if p := best[token][0]; chosen[token] == "" && p.properties >= leastShared && p.score >= leastScore {
			take(p)
		}
	}
	return chosen
}

// normals are the names to compare by, sorted, each once.
func normals(names []string) []string {
	for i, name := range names {
		names[i] = normal(name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// rarity weighs a property by how few types have it.
func rarity(sides ...map[string][]string) map[string]float64 {
	count, total := map[string]int{}, 0
	for _, side := range sides {
		total += len(side)
		for _, members := range side {
			for _, name := range members {
				count[name]++
			}
		}
	}
	weight := map[string]float64{}
	for name, n := range count {
		weight[name] = math.Log(1 + float64(total)/float64(n))
	}
	return weight
}

// overlap is the weighted share of names that two sorted lists have in common. It sums in the order of the
// names, since the sum of floating-point numbers depends on the order.
func overlap(a, b []string, weight map[string]float64) float64 {
	common, union := 0.0, 0.0
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			union += weight[a[0]]
			a = a[1:]
		case len(a) == 0 || b[0] < a[0]:
			union += weight[b[0]]
			b = b[1:]
		default:
			union += weight[a[0]]
			common += weight[a[0]]
			a, b = a[1:], b[1:]
		}
	}
	if union == 0 {
		return 0
	}
	return common / union
}
